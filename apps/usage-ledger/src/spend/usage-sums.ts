import { inTagOrder } from '@modelbridge/contracts';
import type { RequestRecord } from '@modelbridge/contracts/events';
import { isFailed } from '../requests/request-filter.js';
import { addFirstToken, mergeFirstTokens } from './first-tokens.js';

/** Sums of the requests of one key, user, model and set of tags that completed in one minute, hour or day (UTC). */
export interface UsageSums {
  readonly startMs: number;
  readonly accountId: string;
  readonly userId: string;
  readonly keyId: string;
  readonly model: string;
  /** As JSON, by name in order; `{}` for requests without, and for those of a minute. */
  readonly tags: string;
  requests: number;
  inputTokens: number;
  cacheReadTokens: number;
  cacheWrite5mTokens: number;
  cacheWrite1hTokens: number;
  outputTokens: number;
  reasoningTokens: number;
  costNanoUsd: bigint;
  errors: number;
  /** By bucket of their time to the first token; null where none was measured. */
  firstTokens: number[] | null;
}

/** A request whose cost went down by so much after it was recorded. */
export interface LoweredCost extends Pick<
  RequestRecord,
  'completedAt' | 'accountId' | 'userId' | 'keyId' | 'model' | 'tags'
> {
  byNanoUsd: bigint;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** Sums records by hour, account, user, key, model and tags. */
export function sumByHour(records: readonly RequestRecord[]): UsageSums[] {
  return sumRecords(records, hourMs, groupOf);
}

/** Sums records by minute, account, user, key and model. */
export function sumByMinute(records: readonly RequestRecord[]): UsageSums[] {
  return sumRecords(records, minuteMs, groupWithoutTags);
}

/** What has to be added to the sums of requests whose cost went down: less than nothing. */
export function lowerByHour(requests: readonly LoweredCost[]): UsageSums[] {
  return lowerRecords(requests, hourMs, groupOf);
}

/** The same, of minutes. */
export function lowerByMinute(requests: readonly LoweredCost[]): UsageSums[] {
  return lowerRecords(requests, minuteMs, groupWithoutTags);
}

/** Sums hours by day. */
export function sumByDay(hours: readonly UsageSums[]): UsageSums[] {
  const sums = new Map<string, UsageSums>();
  for (const hour of hours) {
    const sum = sumOf(sums, hour.startMs, dayMs, hour);
    sum.requests += hour.requests;
    sum.costNanoUsd += hour.costNanoUsd;
    sum.errors += hour.errors;
    sum.firstTokens = mergeFirstTokens(sum.firstTokens, hour.firstTokens);
    addTokens(sum, hour);
  }
  return inOrder(sums);
}

function sumRecords(
  records: readonly RequestRecord[],
  periodMs: number,
  group: (record: RequestRecord) => Group,
): UsageSums[] {
  const sums = new Map<string, UsageSums>();
  for (const record of records) {
    const sum = sumOf(sums, Date.parse(record.completedAt), periodMs, group(record));
    sum.requests += 1;
    sum.costNanoUsd += BigInt(record.costNanoUsd);
    if (isFailed(record)) sum.errors += 1;
    if (record.timeToFirstTokenMs !== null) {
      sum.firstTokens = addFirstToken(sum.firstTokens, record.timeToFirstTokenMs);
    }
    addTokens(sum, record);
  }
  return inOrder(sums);
}

function lowerRecords(
  requests: readonly LoweredCost[],
  periodMs: number,
  group: (request: LoweredCost) => Group,
): UsageSums[] {
  const sums = new Map<string, UsageSums>();
  for (const request of requests) {
    const sum = sumOf(sums, Date.parse(request.completedAt), periodMs, group(request));
    sum.costNanoUsd -= request.byNanoUsd;
  }
  return inOrder(sums);
}

type Group = Pick<UsageSums, 'accountId' | 'userId' | 'keyId' | 'model' | 'tags'>;

function groupOf({ accountId, userId, keyId, model, tags }: Omit<LoweredCost, 'byNanoUsd'>): Group {
  return { accountId, userId, keyId, model, tags: JSON.stringify(inTagOrder(tags ?? {})) };
}

const groupWithoutTags = (request: Omit<LoweredCost, 'byNanoUsd'>): Group =>
  groupOf({ ...request, tags: {} });

function sumOf(
  sums: Map<string, UsageSums>,
  timeMs: number,
  periodMs: number,
  { accountId, userId, keyId, model, tags }: Group,
): UsageSums {
  const startMs = Math.floor(timeMs / periodMs) * periodMs;
  const name = [accountId, startMs, userId, keyId, model, tags].join(' ');
  let sum = sums.get(name);
  if (sum === undefined) {
    sum = {
      startMs,
      accountId,
      userId,
      keyId,
      model,
      tags,
      requests: 0,
      inputTokens: 0,
      cacheReadTokens: 0,
      cacheWrite5mTokens: 0,
      cacheWrite1hTokens: 0,
      outputTokens: 0,
      reasoningTokens: 0,
      costNanoUsd: 0n,
      errors: 0,
      firstTokens: null,
    };
    sums.set(name, sum);
  }
  return sum;
}

function addTokens(sum: UsageSums, more: UsageSums | RequestRecord): void {
  sum.inputTokens += more.inputTokens;
  sum.cacheReadTokens += more.cacheReadTokens;
  sum.cacheWrite5mTokens += more.cacheWrite5mTokens;
  sum.cacheWrite1hTokens += more.cacheWrite1hTokens;
  sum.outputTokens += more.outputTokens;
  sum.reasoningTokens += more.reasoningTokens;
}

/** One order for all: rows are locked in it. */
function inOrder(sums: Map<string, UsageSums>): UsageSums[] {
  return [...sums].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, sum]) => sum);
}
