import { sessionBounds } from './bounds.js';

/** Who is signed in in a browser, as its cookie says. */
export interface Session {
  /** Of this browser session alone: what CSRF tokens are bound to. */
  id: string;
  userId: string;
  /** Clerk's id. */
  clerkSessionId: string;
  /** When the person last proved who they are; 0: not within what step-up asks for. */
  provedAtMs: number;
  startedAtMs: number;
  seenAtMs: number;
}

export function isOver({ startedAtMs, seenAtMs }: Session, nowMs: number): boolean {
  const { idleMs, lifeMs } = sessionBounds;
  return nowMs - startedAtMs >= lifeMs || nowMs - seenAtMs >= idleMs;
}

export function isProvedLately({ provedAtMs }: Session, nowMs: number): boolean {
  return nowMs - provedAtMs < sessionBounds.stepUpMs;
}
