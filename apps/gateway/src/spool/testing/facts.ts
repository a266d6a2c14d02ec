import { newId } from '@modelbridge/contracts';
import type { CloseFacts, OpenFacts } from '../facts.js';
import { noTokens } from '@modelbridge/contracts';

export function openFacts(over: Partial<OpenFacts> = {}): OpenFacts {
  return {
    requestId: newId('request'),
    allowanceId: null,
    startedAt: Date.now(),
    accountId: newId('account'),
    userId: newId('user'),
    teamId: null,
    keyId: newId('key'),
    keyHash: 'a'.repeat(64),
    model: 'kimi-k2.5',
    provider: 'selfhosted',
    region: 'us-east',
    api: 'chat_completions',
    streamed: true,
    priceVersion: '2026-08-01',
    price: '{}',
    reservedNanoUsd: 5_000n,
    estimatedInputTokens: 10,
    ...over,
  };
}

export function closeFacts(over: Partial<CloseFacts> = {}): CloseFacts {
  return {
    completedAt: Date.now(),
    status: 200,
    outcome: 'completed',
    finishReason: 'stop',
    errorClass: null,
    estimated: false,
    counts: { ...noTokens, inputTokens: 10, outputTokens: 5 },
    costNanoUsd: 1_000n,
    timeToFirstTokenMs: 3,
    ...over,
  };
}
