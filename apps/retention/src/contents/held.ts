import { lifeEnd } from '../days/day.js';

/** What is known of a content without opening it. */
export interface Held {
  requestId: string;
  accountId: string;
  userId: string;
  day: string;
  storedAt: Date;
  rawBytes: bigint;
}

export interface HeldContent extends Held {
  sealed: Buffer;
}

/** Whose contents, and which of them. */
export interface Whose {
  userId: string;
  /** Only what this account paid for. */
  accountId?: string;
}

export function unreadableAt({ day }: Held): Date {
  return lifeEnd(day);
}
