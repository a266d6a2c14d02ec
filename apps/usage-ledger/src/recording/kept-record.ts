import type { RequestRecord } from '@modelbridge/contracts/events';
import { noAccount, nobody, type Pseudonym } from '@modelbridge/erasure';
import type { ArrivedRecord } from './recording.js';

const epoch = new Date(0).toISOString();
const noHash = '0'.repeat(64);

/**
 * What is kept of a request whose author is erased. Of a team's, all that its bill needs, under who stands in. Of the
 * author's own, its number, its place and its cost: enough that it is recorded once, and that the books add up.
 */
export function keptOf(arrived: ArrivedRecord, { userId, keyId }: Pseudonym): ArrivedRecord {
  const { record } = arrived;
  if (isOwn(record)) return { ...arrived, record: bareOf(record) };
  return { ...arrived, record: { ...record, userId, keyId, keyHash: noHash, allowanceId: null } };
}

/** On the account of its author, not of a team. */
export function isOwn({ teamId }: Pick<RequestRecord, 'teamId'>): boolean {
  return teamId === null;
}

function bareOf({ requestId, sequence, costNanoUsd, api }: RequestRecord): RequestRecord {
  return {
    requestId,
    sequence,
    costNanoUsd,
    api,
    ...nobody,
    accountId: noAccount,
    teamId: null,
    keyHash: noHash,
    allowanceId: null,
    startedAt: epoch,
    completedAt: epoch,
    model: '',
    provider: null,
    region: null,
    status: 0,
    outcome: 'completed',
    finishReason: null,
    errorClass: null,
    streamed: false,
    estimated: false,
    inputTokens: 0,
    cacheReadTokens: 0,
    cacheWrite5mTokens: 0,
    cacheWrite1hTokens: 0,
    outputTokens: 0,
    reasoningTokens: 0,
    priceVersion: '',
    timeToFirstTokenMs: null,
  };
}
