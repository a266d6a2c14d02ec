import { hash } from 'node:crypto';
import { uuidOf, type IdKind } from '@modelbridge/contracts';
import type { RecordedRequest } from '@modelbridge/contracts/events';
import type { RequestCost } from './charge.js';

/** Reads recorded requests of one or many batches; ids that repeat are decoded once. */
export function requestCosts(records: readonly RecordedRequest[]): RequestCost[] {
  const uuids = new Map<string, string>();
  const uuid = (kind: IdKind, id: string): string => {
    let known = uuids.get(id);
    if (known === undefined) uuids.set(id, (known = uuidOf(kind, id)));
    return known;
  };
  return records.map((record) => ({
    requestId: uuidOf('request', record.requestId),
    accountId: uuid('account', record.accountId),
    userId: uuid('user', record.userId),
    keyId: uuid('key', record.keyId),
    allowanceId: record.allowanceId === null ? null : uuid('allowance', record.allowanceId),
    startedDay: record.startedAt.slice(0, 10),
    cost: BigInt(record.costNanoUsd),
    ledgerSequence: record.ledgerSequence,
    bodyHash: bodyHash(record),
    model: record.model,
    inputTokens:
      record.inputTokens +
      record.cacheReadTokens +
      record.cacheWrite5mTokens +
      record.cacheWrite1hTokens,
    outputTokens: record.outputTokens,
  }));
}

/** Over what a charge rests on, and nothing that a new version of the event may add. */
function bodyHash(record: RecordedRequest): string {
  const body = [
    record.accountId,
    record.userId,
    record.teamId,
    record.keyId,
    record.allowanceId,
    record.startedAt,
    record.model,
    record.priceVersion,
    record.inputTokens,
    record.cacheReadTokens,
    record.cacheWrite5mTokens,
    record.cacheWrite1hTokens,
    record.outputTokens,
    record.costNanoUsd,
  ];
  return hash('sha256', JSON.stringify(body));
}
