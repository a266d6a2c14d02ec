import type { RateStanding } from './rate-slice.js';

/** What a request reserves. */
export interface Need {
  /** Covers the largest output that the request may ask for. */
  worstCaseNanoUsd: bigint;
  /** Less than this is not worth sending. */
  minimumNanoUsd: bigint;
  /** Bounded tokens, input and output, for token rate limits. */
  tokens: number;
}

/** Money set aside for one request. */
export interface Hold {
  /** Null where there is nothing to pay. */
  allowanceId: string | null;
  /** Between the need's minimum and its worst case. */
  reservedNanoUsd: bigint;
  /** Undefined for a key without a plan. */
  rate: RateStanding | undefined;
  /**
   * What the request cost; 0 releases everything. `tokens` are those that it used of the bounded ones.
   * To be called exactly once.
   */
  spend(costNanoUsd: bigint, tokens: number): void;
}

/** What a request holds that costs nothing. */
export const freeHold: Hold = {
  allowanceId: null,
  reservedNanoUsd: 0n,
  rate: undefined,
  spend: () => undefined,
};

/** Why a request may not be sent. */
export interface Refusal {
  reason:
    | 'insufficient_quota'
    | 'in_flight_budget'
    | 'account_frozen'
    | 'rate_limited'
    | 'billing_unavailable';
  /** The limit in the way, as in `key.month`. */
  limitSource?: string;
  availableNanoUsd?: bigint;
  requiredNanoUsd?: bigint;
  retryAfterMs?: number;
  rate?: RateStanding;
}

export type Admission = { hold: Hold } | { refused: Refusal };
