import { PendingAct } from './pending-act.js';

export const pendingAct = new PendingAct(window.sessionStorage);
