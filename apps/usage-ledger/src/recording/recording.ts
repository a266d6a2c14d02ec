import { hash } from 'node:crypto';
import { uuidOf } from '@modelbridge/contracts';
import { requestRecordSchema, type RequestRecord } from '@modelbridge/contracts/events';
import { idTimeMs, monthsFrom, type IdMonth } from './id-month.js';
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
  'time_out_of_range',
  'cost_out_of_range',
  'count_out_of_range',
  'text_with_nul',
] as const;
export type QuarantineReason = (typeof quarantineReasons)[number];

export interface QuarantinedRecord {
  readonly arrived: ArrivedRecord;
  readonly reason: QuarantineReason;
}

/** What becomes of the records of one transaction. Every arrival is in exactly one of the three. */
export interface Sorted {
  readonly fresh: ArrivedRecord[];
  readonly duplicates: ArrivedRecord[];
  readonly quarantined: QuarantinedRecord[];
}

const hashedFields = Object.keys(requestRecordSchema.shape).sort() as (keyof RequestRecord)[];

export function arrivedRecord(gatewayEpoch: string, record: RequestRecord): ArrivedRecord {
  const body = JSON.stringify([gatewayEpoch, ...hashedFields.map((field) => record[field])]);
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
  const faultOf = faultsAt(now);
  const known = new Map(recorded);
  const sorted: Sorted = { fresh: [], duplicates: [], quarantined: [] };
  for (const arrived of arrivals) {
    const hash = known.get(arrived.requestUuid);
    if (hash === arrived.bodyHash) {
      sorted.duplicates.push(arrived);
      continue;
    }
    const reason = hash === undefined ? faultOf(arrived) : 'other_body';
    if (reason === undefined) {
      known.set(arrived.requestUuid, arrived.bodyHash);
      sorted.fresh.push(arrived);
    } else {
      sorted.quarantined.push({ arrived, reason });
    }
  }
  return sorted;
}

/** The months that records may come from. */
function acceptedMonths(now: Date): IdMonth[] {
  const { monthsBack, monthsAhead } = recordingBounds;
  return monthsFrom(now, -monthsBack, monthsBack + 1 + monthsAhead);
}

/** The months that arrivals need a partition for. */
export function monthsOf(arrivals: readonly ArrivedRecord[], now: Date): IdMonth[] {
  return acceptedMonths(now).filter(({ from, to }) =>
    arrivals.some(({ requestUuid }) => requestUuid >= from && requestUuid < to),
  );
}

/** Tells why a record may never enter the ledger; undefined if it may. */
function faultsAt(now: Date): (arrived: ArrivedRecord) => QuarantineReason | undefined {
  const { maxCostNanoUsd, maxCount } = recordingBounds;
  const months = acceptedMonths(now);
  const earliest = idTimeMs(months.at(0)?.from ?? '');
  const end = idTimeMs(months.at(-1)?.to ?? '');
  const outside = (timeMs: number): boolean => !(timeMs >= earliest && timeMs < end);
  return ({ record, requestUuid }) => {
    if (
      outside(idTimeMs(requestUuid)) ||
      outside(Date.parse(record.startedAt)) ||
      outside(Date.parse(record.completedAt))
    ) {
      return 'time_out_of_range';
    }
    const cost = BigInt(record.costNanoUsd);
    if (cost < 0n || cost > maxCostNanoUsd) return 'cost_out_of_range';
    if (countsOf(record).some((count) => count > maxCount)) return 'count_out_of_range';
    // Postgres cannot keep U+0000 in text.
    return textsOf(record).some((text) => text?.includes('\0')) ? 'text_with_nul' : undefined;
  };
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
