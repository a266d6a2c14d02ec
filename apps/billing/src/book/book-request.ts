import type { CounterKey } from './counter.js';

/** What a use case needs of an account. */
export interface BookRequest {
  accountId: string;
  counters?: CounterKey[];
  /** With each allowance come the counters that it holds money in. */
  allowanceIds?: string[];
  steps?: { allowanceId: string; step: number }[];
  /**
   * Windows of an allowance's key; the key need be given only where the allowance is new. Without a plan they are
   * looked at where the key is `limited` by itself.
   */
  rate?: { allowanceId: string; keyId?: string; windowStarts: number[]; limited: boolean };
}
