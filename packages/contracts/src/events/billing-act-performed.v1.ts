import { auditedActSchema } from '../audit.js';
import { defineEvent } from './event.js';

/** billing has done what belongs in the audit log; auth appends it, once for the id of the event. */
export const billingActPerformed = defineEvent({
  subject: 'billing.act.performed.v1',
  stream: 'BILLING',
  schema: auditedActSchema,
});
