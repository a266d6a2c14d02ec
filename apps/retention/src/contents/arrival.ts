import { isId, uuidOf } from '@modelbridge/contracts';
import { dayOfRequest, isSealing } from '../days/day.js';
import { contentBounds } from './bounds.js';

/** Why content is not kept, as the proto has it. */
export type RefusalReason = 'day_over' | 'author_erased' | 'deleted' | 'malformed';

export interface Refusal {
  requestId: string;
  reason: RefusalReason;
}

/** As a gateway sends it. */
export interface SentContent {
  requestId: string;
  accountId: string;
  userId: string;
  sealed: Buffer;
  rawBytes: bigint;
}

/** In the form in which it is stored. */
export interface Arrival {
  day: string;
  requestUuid: string;
  accountUuid: string;
  userUuid: string;
  rawBytes: bigint;
  sealed: Buffer;
  sent: SentContent;
}

const largestRawBytes = 1n << 40n;

/** Sorts what can be stored now from what cannot. */
export function sortOut(
  contents: readonly SentContent[],
  now: Date,
): { arrivals: Arrival[]; refused: Refusal[] } {
  const arrivals: Arrival[] = [];
  const refused: Refusal[] = [];
  for (const sent of contents) {
    const arrival = isWellFormed(sent) ? arrivalOf(sent) : undefined;
    if (arrival === undefined) refused.push({ requestId: sent.requestId, reason: 'malformed' });
    else if (isSealing(arrival.day, now)) arrivals.push(arrival);
    else refused.push({ requestId: sent.requestId, reason: 'day_over' });
  }
  return { arrivals, refused };
}

function isWellFormed({ requestId, accountId, userId, sealed, rawBytes }: SentContent): boolean {
  return (
    isId('request', requestId) &&
    isId('account', accountId) &&
    isId('user', userId) &&
    sealed.length >= contentBounds.leastSealedBytes &&
    rawBytes <= largestRawBytes
  );
}

function arrivalOf(sent: SentContent): Arrival {
  const requestUuid = uuidOf('request', sent.requestId);
  return {
    day: dayOfRequest(requestUuid),
    requestUuid,
    accountUuid: uuidOf('account', sent.accountId),
    userUuid: uuidOf('user', sent.userId),
    rawBytes: sent.rawBytes,
    sealed: sent.sealed,
    sent,
  };
}

/** In parts of which none is larger than a statement may be, but for one that is alone. */
export function inStatements(arrivals: readonly Arrival[]): Arrival[][] {
  const parts: Arrival[][] = [];
  let bytes = 0;
  for (const arrival of arrivals) {
    const last = parts.at(-1);
    bytes += arrival.sealed.length;
    if (last === undefined || bytes > contentBounds.statementBytes) {
      parts.push([arrival]);
      bytes = arrival.sealed.length;
    } else last.push(arrival);
  }
  return parts;
}
