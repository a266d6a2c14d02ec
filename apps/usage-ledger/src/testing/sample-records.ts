import { createHash } from 'node:crypto';
import { idFromUuid, newId } from '@modelbridge/contracts';
import type { RequestRecord } from '@modelbridge/contracts/events';

/** A finished request as a gateway would report it now. */
export function sampleRecord(
  sequence: number,
  changes: Partial<RequestRecord> = {},
): RequestRecord {
  const now = new Date().toISOString();
  return {
    requestId: newId('request'),
    sequence,
    allowanceId: newId('allowance'),
    startedAt: now,
    completedAt: now,
    accountId: newId('account'),
    userId: newId('user'),
    teamId: newId('team'),
    keyId: newId('key'),
    keyHash: createHash('sha256').update(String(sequence)).digest('hex'),
    model: 'gpt-5',
    provider: 'openai',
    region: 'us-east',
    api: 'chat_completions',
    status: 200,
    outcome: 'completed',
    finishReason: 'stop',
    errorClass: null,
    streamed: true,
    estimated: false,
    inputTokens: 1_000 + sequence,
    cacheReadTokens: 200,
    cacheWrite5mTokens: 30,
    cacheWrite1hTokens: 4,
    outputTokens: 500,
    reasoningTokens: 100,
    costNanoUsd: String(6_250_000 + sequence),
    priceVersion: '2026-01',
    timeToFirstTokenMs: 250,
    ...changes,
  };
}

/** A request id that was made at a time; `last` for the largest one of its millisecond. */
export function requestIdAt(timeMs: number, last = false): string {
  const hex = timeMs.toString(16).padStart(12, '0');
  const rest = last ? '7fff-bfff-ffffffffffff' : '7000-8000-000000000000';
  return idFromUuid('request', `${hex.slice(0, 8)}-${hex.slice(8)}-${rest}`);
}
