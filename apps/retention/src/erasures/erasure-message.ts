import {
  ErasureState as StateMessage,
  type Erasure as ErasureMessage,
} from '@modelbridge/contracts/retention.v1/erasure';
import { deadlineOf, ownPart, waitingFor, type Erasure, type ErasureState } from './erasure.js';

const states: Record<ErasureState, StateMessage> = {
  requested: StateMessage.REQUESTED,
  confirmed: StateMessage.CONFIRMED,
  cancelled: StateMessage.CANCELLED,
  erasing: StateMessage.ERASING,
  releasing: StateMessage.RELEASING,
  done: StateMessage.DONE,
};

export function erasureMessage(erasure: Erasure): ErasureMessage {
  const { erasureId, state, cause, person, requestedAt, confirmedAt, executesAt, doneAt } = erasure;
  const own = erasure.ownCounts && { part: ownPart, counts: erasure.ownCounts };
  const parts = erasure.parts.map((part) => ({ ...part, counts: countsOf(part.counts) }));
  return {
    erasureId,
    state: states[state],
    cause,
    requestedAt,
    confirmedAt,
    executesAt,
    deadline: deadlineOf(erasure),
    doneAt,
    parts: [
      ...(own ? [{ ...own, counts: countsOf(own.counts), completedAt: undefined }] : []),
      ...parts,
    ],
    waitingFor: waitingFor(erasure),
    userId: person?.userId ?? '',
    accountId: person?.accountId ?? '',
  };
}

function countsOf(counts: Record<string, number>): Record<string, bigint> {
  return Object.fromEntries(Object.entries(counts).map(([kind, n]) => [kind, BigInt(n)]));
}
