import { providers } from '@modelbridge/contracts';
import type { RequestRecord } from '@modelbridge/contracts/events';
import { z } from 'zod';

const dayMs = 24 * 3_600_000;

export const providerUsageBounds = {
  /** The longest range of one answer. */
  longestMs: 100 * dayMs,
  /** Rows of one answer. */
  maxRows: 10_000,
};

const wholeDay = z
  .date('must be a time')
  .refine((time) => time.getTime() % dayMs === 0, 'must be the beginning of a UTC day');

export const providerUsageQuerySchema = z
  .object({
    from: wholeDay,
    to: wholeDay,
    provider: z
      .enum(['', ...providers], `must be one of ${providers.join(', ')}, or empty`)
      .transform((provider) => provider || undefined),
  })
  .refine(({ from, to }) => from < to, { path: ['to'], message: 'must be after from' })
  .refine(({ from, to }) => to.getTime() - from.getTime() <= providerUsageBounds.longestMs, {
    path: ['to'],
    message: 'is more than 100 days after from',
  });
export type ProviderUsageQuery = z.output<typeof providerUsageQuerySchema>;

/** What all accounts used of a provider's model in one UTC day. */
export interface ProviderUsage {
  day: Date;
  provider: string;
  model: string;
  requests: bigint;
  inputTokens: bigint;
  cacheReadTokens: bigint;
  cacheWrite5mTokens: bigint;
  cacheWrite1hTokens: bigint;
  outputTokens: bigint;
  /** Nano-USD at the catalog's prices. */
  listCostNanoUsd: bigint;
  /** Nano-USD of it that no limit could bear: the platform's loss. */
  overrunNanoUsd: bigint;
}

/** A request of whose cost so much was no customer's to pay. */
export interface OverrunRequest {
  completedAt: string;
  provider: string | null;
  model: string;
  overrunNanoUsd: bigint;
}

/** Sums records by day, provider and model; those for which no provider was called are none of a provider's. */
export function sumByProvider(records: readonly RequestRecord[]): ProviderUsage[] {
  const sums = new Map<string, ProviderUsage>();
  for (const record of records) {
    const sum = sumOf(sums, record);
    if (sum === undefined) continue;
    sum.requests += 1n;
    sum.inputTokens += BigInt(record.inputTokens);
    sum.cacheReadTokens += BigInt(record.cacheReadTokens);
    sum.cacheWrite5mTokens += BigInt(record.cacheWrite5mTokens);
    sum.cacheWrite1hTokens += BigInt(record.cacheWrite1hTokens);
    sum.outputTokens += BigInt(record.outputTokens);
    sum.listCostNanoUsd += BigInt(record.costNanoUsd);
  }
  return inOrder(sums);
}

/** What has to be added to the sums for overruns that were found after their requests were recorded. */
export function overrunsByProvider(requests: readonly OverrunRequest[]): ProviderUsage[] {
  const sums = new Map<string, ProviderUsage>();
  for (const request of requests) {
    const sum = sumOf(sums, request);
    if (sum !== undefined) sum.overrunNanoUsd += request.overrunNanoUsd;
  }
  return inOrder(sums);
}

function sumOf(
  sums: Map<string, ProviderUsage>,
  { completedAt, provider, model }: Pick<OverrunRequest, 'completedAt' | 'provider' | 'model'>,
): ProviderUsage | undefined {
  if (provider === null) return undefined;
  const day = new Date(Math.floor(Date.parse(completedAt) / dayMs) * dayMs);
  const name = [day.toISOString(), provider, model].join(' ');
  let sum = sums.get(name);
  if (sum === undefined) {
    sum = {
      day,
      provider,
      model,
      requests: 0n,
      inputTokens: 0n,
      cacheReadTokens: 0n,
      cacheWrite5mTokens: 0n,
      cacheWrite1hTokens: 0n,
      outputTokens: 0n,
      listCostNanoUsd: 0n,
      overrunNanoUsd: 0n,
    };
    sums.set(name, sum);
  }
  return sum;
}

/** One order for all: rows are locked in it. */
function inOrder(sums: Map<string, ProviderUsage>): ProviderUsage[] {
  return [...sums].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, sum]) => sum);
}
