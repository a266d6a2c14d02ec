import type { TokenCounts } from '@modelbridge/contracts';

/** What a caller knows of one HTTP request of theirs. */
export interface Asked {
  /** In the prompt, by which the sandbox' record tells whose it was. The repetition of a request has the same one. */
  nonce: string;
  keyId: string;
  model: string;
  /** From the reply's head; empty while none has come. */
  requestId: string;
  /** 0 while no head has come. */
  status: number;
  /** The reply came whole, as its format ends: a 200 with nothing missing, or an error. */
  complete: boolean;
  /** Some of the reply's text came. */
  hasText: boolean;
  /** All input, whatever a cache did with it, and output, as the reply reports them; undefined where it does not. */
  reported: { inputTokens: number; outputTokens: number } | undefined;
  /** Since the start of the soak, in milliseconds; undefined while it runs. */
  startedAt: number;
  endedAt: number | undefined;
  /** Which gateway was asked. */
  gateway: number;
}

/** A row of the usage ledger. */
export interface UsageRow {
  requestId: string;
  keyId: string;
  accountId: string;
  model: string;
  outcome: string;
  estimated: boolean;
  /** In disjoint classes. */
  tokens: TokenCounts;
  costNanoUsd: bigint;
  overrunNanoUsd: bigint;
}

/** A charge of billing. */
export interface Charge {
  requestId: string;
  accountId: string;
  chargedNanoUsd: bigint;
  overrunNanoUsd: bigint;
}

/** What billing keeps of a scope of an account in one period. */
export interface Counter {
  accountId: string;
  scope: string;
  scopeId: string;
  period: string;
  capNanoUsd: bigint | null;
  usedNanoUsd: bigint;
  heldNanoUsd: bigint;
  /** The cap was lowered below what is used and held. */
  lowered: boolean;
}

/** One attempt at a provider, as the sandbox recorded it. */
export interface Served {
  nonce: string;
  model: string;
  status: number | null;
  /** What the reply reported; null where nothing was generated or a fault hid it. */
  tokens: TokenCounts | null;
}

/** Everything that is held against each other. */
export interface Records {
  asked: readonly Asked[];
  rows: readonly UsageRow[];
  charges: readonly Charge[];
  counters: readonly Counter[];
  served: readonly Served[];
  /** By account id: what we have paid in. */
  paidInNanoUsd: ReadonlyMap<string, bigint>;
}

/** One thing that is not as it must be. */
export interface Difference {
  kind:
    | 'lost'
    | 'twice'
    | 'uncharged'
    | 'charged without usage'
    | 'charged though refused'
    | 'counted wrongly'
    | 'priced wrongly'
    | 'overspent'
    | 'sums differ'
    | 'still held'
    | 'violated';
  what: string;
}
