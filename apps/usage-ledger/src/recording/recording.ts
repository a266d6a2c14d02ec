import { hash } from 'node:crypto';
import { inTagOrder, uuidOf } from '@modelbridge/contracts';
import { requestRecordSchema, type RequestRecord } from '@modelbridge/contracts/events';
import { partitionOf, type IdMonth } from './id-month.js';
import { filedTimes } from './filed-times.js';
import { recordingBounds } from './bounds.js';

/** A record as it arrived, with what identifies it and its body. */
export interface ArrivedRecord {
  readonly gatewayEpoch: string;
  readonly record: RequestRecord;
  /** The UUID inside the request id. */
  readonly requestUuid: string;
  /** SHA-256 (hex) over every field of the record and its epoch. */
  readonly bodyHash: string;
}

export const quarantineReasons = [
  'other_body',
  'cost_out_of_range',
  'count_out_of_range',
  'text_with_nul',
] as const;
export type QuarantineReason = (typeof quarantineReasons)[number];

export interface QuarantinedRecord {
  readonly arrived: ArrivedRecord;
  readonly reason: QuarantineReason;
}

/** What becomes of the records of one transaction. Every arrival is in exactly one of the first three. */
export interface Sorted {
  /** As they are filed: their times may be those of their arrival. */
  readonly fresh: ArrivedRecord[];
  readonly duplicates: ArrivedRecord[];
  readonly quarantined: QuarantinedRecord[];
  /** Those of the new ones whose gateway's clock is wrong. */
  readonly misdated: ArrivedRecord[];
}

const hashedFields = Object.entries(requestRecordSchema.shape)
  .filter(([, schema]) => !schema.isOptional())
  .map(([name]) => name)
  .sort() as (keyof RequestRecord)[];

export function arrivedRecord(gatewayEpoch: string, record: RequestRecord): ArrivedRecord {
  // Only where it is given does an optional field count: a record that is sent again meets itself as an older
  // version hashed it.
  const given = record.tags && { tags: inTagOrder(record.tags) };
  const fields = hashedFields.map((field) => record[field]);
  const body = JSON.stringify([gatewayEpoch, ...fields, ...(given ? [given] : [])]);
  return {
    gatewayEpoch,
    record,
    requestUuid: uuidOf('request', record.requestId),
    bodyHash: hash('sha256', body),
  };
}

/**
 * Sorts arrivals into new ones, ones that are already there, and ones that may not enter. `recorded`
 * holds the body hash by request UUID of those arrivals that the ledger has. The first body under an id
 * stays; within one transaction that is the first in order.
 */
export function sortArrivals(
  arrivals: readonly ArrivedRecord[],
  recorded: ReadonlyMap<string, string>,
  now: Date,
): Sorted {
  const known = new Map(recorded);
  const sorted: Sorted = { fresh: [], duplicates: [], quarantined: [], misdated: [] };
  for (const arrived of arrivals) {
    const hash = known.get(arrived.requestUuid);
    if (hash === arrived.bodyHash) {
      sorted.duplicates.push(arrived);
      continue;
    }
    const reason = hash === undefined ? faultOf(arrived) : 'other_body';
    if (reason === undefined) {
      known.set(arrived.requestUuid, arrived.bodyHash);
      const times = filedTimes(arrived.record, now);
      sorted.fresh.push(times ? { ...arrived, record: { ...arrived.record, ...times } } : arrived);
      if (times) sorted.misdated.push(arrived);
    } else {
      sorted.quarantined.push({ arrived, reason });
    }
  }
  return sorted;
}

/** The partitions that arrivals need. */
export function partitionsOf(arrivals: readonly ArrivedRecord[]): IdMonth[] {
  const partitions = arrivals.map(({ requestUuid }) => partitionOf(requestUuid));
  return [...new Map(partitions.map((partition) => [partition.month, partition])).values()];
}

/** Tells why a record may never enter the ledger; undefined if it may. */
function faultOf({ record }: ArrivedRecord): QuarantineReason | undefined {
  const { maxCostNanoUsd, maxCount } = recordingBounds;
  const cost = BigInt(record.costNanoUsd);
  if (cost < 0n || cost > maxCostNanoUsd) return 'cost_out_of_range';
  if (countsOf(record).some((count) => count > maxCount)) return 'count_out_of_range';
  // Postgres cannot keep U+0000 in text.
  return textsOf(record).some((text) => text?.includes('\0')) ? 'text_with_nul' : undefined;
}

function countsOf(record: RequestRecord): number[] {
  return [
    record.inputTokens,
    record.cacheReadTokens,
    record.cacheWrite5mTokens,
    record.cacheWrite1hTokens,
    record.outputTokens,
    record.reasoningTokens,
    record.timeToFirstTokenMs ?? 0,
  ];
}

function textsOf(record: RequestRecord): (string | null)[] {
  const { model, provider, region, finishReason, errorClass, priceVersion } = record;
  return [model, provider, region, finishReason, errorClass, priceVersion];
}

/** Splits a list into runs of at most `size`. */
export function chunksOf<T>(list: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, index) =>
    list.slice(index * size, (index + 1) * size),
  );
}
