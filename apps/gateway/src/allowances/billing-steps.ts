import type { KeyRateLimits } from '../keys/resolved-key.js';
import type { Refusal } from './admission.js';
import type { LeaseTerms } from './lease.js';
import type { RateAmounts, Unused } from './rate-slice.js';

/** What one call to billing asks for. Amounts are nano-USD. */
export interface Ask {
  /** What recent spend suggests to add. */
  wanted: bigint;
  /** What waiting requests would reserve at most beyond what is free; 0 when none waits. */
  request: bigint;
  /** The least that helps one of them, beyond what is free. */
  minimum: bigint;
  /** The same, counting what is free. */
  needed: bigint;
  /** Goes back; then nothing else is asked for. */
  returned: bigint;
  rate: RateAsk;
}

export interface RateAsk {
  /** What one waiting request lacks beyond the slice; 0 when none waits. */
  needed: RateAmounts;
  /** What recent use suggests beyond the slice. */
  wanted: RateAmounts;
  /** Concurrent requests in all: what runs and, when some wait, one of them. */
  neededSlots: number;
  wantedSlots: number;
  nextWindow: boolean;
}

export type StepAnswer =
  | { kind: 'granted'; terms: LeaseTerms }
  | { kind: 'refused'; refusal: Omit<Refusal, 'requiredNanoUsd'> }
  /** Billing has closed the allowance or let it expire. */
  | { kind: 'ended' };

/** Whose spending it is. */
export interface Spender {
  accountId: string;
  userId: string;
  keyId: string;
  teamId: string | null;
  /** The key's own; undefined for none. */
  rateLimits: KeyRateLimits | undefined;
}

/** What billing must know of an allowance that is renewed. */
export interface LeaseAtBilling {
  allowanceId: string;
  accountId: string;
  /** Its exact total. */
  spent: bigint;
  /** Of its key. */
  rateLimits: KeyRateLimits | undefined;
}

export interface Closing {
  allowanceId: string;
  accountId: string;
  /** Its exact total. */
  spent: bigint;
  unused: Unused[];
}

/** The steps of an allowance at billing. Each rejects where the outcome is not known. */
export interface BillingSteps {
  /** For how many milliseconds no step is taken, because billing hangs; undefined while they are. */
  pausedMs(): number | undefined;
  grant(spender: Spender, allowanceId: string, ask: Ask): Promise<StepAnswer>;
  renew(lease: LeaseAtBilling, step: number, ask: Ask): Promise<StepAnswer>;
  /** Retries until billing has answered. */
  close(allowance: Closing, step: number): Promise<void>;
}
