import type { RequestRecord } from '@modelbridge/contracts/events';

/** Sums of the requests of one key, user and model that completed in one hour. */
export interface HourlyUsage {
  readonly hourMs: number;
  readonly accountId: string;
  readonly userId: string;
  readonly keyId: string;
  readonly model: string;
  requests: number;
  inputTokens: number;
  cacheReadTokens: number;
  cacheWrite5mTokens: number;
  cacheWrite1hTokens: number;
  outputTokens: number;
  reasoningTokens: number;
  costNanoUsd: bigint;
}

const hourMs = 3_600_000;

/** Sums records by hour, account, user, key and model, in one order for all: rows are locked in it. */
export function sumByHour(records: readonly RequestRecord[]): HourlyUsage[] {
  const sums = new Map<string, HourlyUsage>();
  for (const record of records) {
    const hour = Math.floor(Date.parse(record.completedAt) / hourMs) * hourMs;
    const { accountId, userId, keyId, model } = record;
    const group = [accountId, hour, userId, keyId, model].join(' ');
    let sum = sums.get(group);
    if (sum === undefined) {
      sum = nothingUsed(hour, record);
      sums.set(group, sum);
    }
    sum.requests += 1;
    sum.inputTokens += record.inputTokens;
    sum.cacheReadTokens += record.cacheReadTokens;
    sum.cacheWrite5mTokens += record.cacheWrite5mTokens;
    sum.cacheWrite1hTokens += record.cacheWrite1hTokens;
    sum.outputTokens += record.outputTokens;
    sum.reasoningTokens += record.reasoningTokens;
    sum.costNanoUsd += BigInt(record.costNanoUsd);
  }
  return [...sums].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, sum]) => sum);
}

function nothingUsed(
  hour: number,
  { accountId, userId, keyId, model }: RequestRecord,
): HourlyUsage {
  return {
    hourMs: hour,
    accountId,
    userId,
    keyId,
    model,
    requests: 0,
    inputTokens: 0,
    cacheReadTokens: 0,
    cacheWrite5mTokens: 0,
    cacheWrite1hTokens: 0,
    outputTokens: 0,
    reasoningTokens: 0,
    costNanoUsd: 0n,
  };
}
