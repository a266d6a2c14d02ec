import { noTokens, type Tags, type TokenCounts } from '@modelbridge/contracts';
import type { RequestOutcome, RequestRecord } from '@modelbridge/contracts/events';

/** Everything about a request that a crash must not lose, known before the upstream is called. */
export interface OpenFacts {
  requestId: string;
  allowanceId: string | null;
  /** Milliseconds since the Unix epoch. */
  startedAt: number;
  accountId: string;
  userId: string;
  teamId: string | null;
  keyId: string;
  /** SHA-256 (hex) of the key's public id. */
  keyHash: string;
  model: string;
  provider: string | null;
  region: string | null;
  api: RequestRecord['api'];
  streamed: boolean;
  priceVersion: string;
  /** The model's frozen price, in the form that `PriceOf` reads: a replay may meet a newer catalog. */
  price: string;
  /** The most that this request may be charged. */
  reservedNanoUsd: bigint;
  /** Our own count of the input, charged when the upstream never reported one. */
  estimatedInputTokens: number;
  /** What the caller wrote on it, by name in order; undefined where nothing. */
  tags?: Tags | undefined;
}

/** How a request ended. */
export interface CloseFacts {
  /** Milliseconds since the Unix epoch. */
  completedAt: number;
  /** The HTTP status the caller saw. */
  status: number;
  outcome: RequestOutcome;
  finishReason: string | null;
  errorClass: string | null;
  estimated: boolean;
  counts: TokenCounts;
  costNanoUsd: bigint;
  timeToFirstTokenMs: number | null;
  /** Where the request went in the end, when not where OPEN said. */
  provider?: string | null;
  region?: string | null;
}

/** What has been delivered to the caller so far. */
export interface Progress {
  bytes: number;
  frames: number;
  /** Our count of the delivered output. */
  estimatedOutputTokens: number;
  /** What the upstream has reported so far, when it has. */
  reported?: Partial<TokenCounts>;
}

/** The record that is published and kept for the account's life. */
export function requestRecord(open: OpenFacts, close: CloseFacts, sequence: number): RequestRecord {
  return {
    requestId: open.requestId,
    sequence,
    allowanceId: open.allowanceId,
    startedAt: new Date(open.startedAt).toISOString(),
    completedAt: new Date(Math.max(close.completedAt, open.startedAt)).toISOString(),
    accountId: open.accountId,
    userId: open.userId,
    teamId: open.teamId,
    keyId: open.keyId,
    keyHash: open.keyHash,
    model: open.model,
    provider: close.provider === undefined ? open.provider : close.provider,
    region: close.region === undefined ? open.region : close.region,
    api: open.api,
    status: close.status,
    outcome: close.outcome,
    finishReason: close.finishReason,
    errorClass: close.errorClass,
    streamed: open.streamed,
    estimated: close.estimated,
    ...close.counts,
    costNanoUsd: close.costNanoUsd.toString(),
    priceVersion: open.priceVersion,
    timeToFirstTokenMs: close.timeToFirstTokenMs,
    ...(open.tags && { tags: open.tags }),
  };
}

/** Prices a request's tokens at its frozen price, in nano-USD. */
export type PriceOf = (price: string, counts: TokenCounts) => bigint;

/**
 * Closes a request whose gateway died: nothing delivered costs nothing; what was delivered is
 * charged as reported, or else as counted by us, never above what was reserved.
 */
export function closeAfterCrash(
  open: OpenFacts,
  progress: Progress | undefined,
  now: number,
  priceOf: PriceOf,
): CloseFacts {
  const base = {
    completedAt: now,
    status: progress ? 200 : 500,
    outcome: 'crashed' as const,
    finishReason: null,
    errorClass: 'gateway_crashed',
    timeToFirstTokenMs: null,
  };
  if (!progress) return { ...base, estimated: false, counts: noTokens, costNanoUsd: 0n };
  const counts: TokenCounts = {
    ...noTokens,
    inputTokens: open.estimatedInputTokens,
    ...progress.reported,
    outputTokens: Math.max(progress.reported?.outputTokens ?? 0, progress.estimatedOutputTokens),
  };
  const cost = priceOf(open.price, counts);
  const costNanoUsd = cost < open.reservedNanoUsd ? cost : open.reservedNanoUsd;
  return { ...base, estimated: true, counts, costNanoUsd };
}
