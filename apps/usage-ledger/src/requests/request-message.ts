import type { RecordedRequest } from '@modelbridge/contracts/events';
import type { RequestRecord } from '@modelbridge/contracts/usage_ledger.v1';

export function requestMessage(request: RecordedRequest): RequestRecord {
  return {
    ...request,
    startedAt: new Date(request.startedAt),
    completedAt: new Date(request.completedAt),
    teamId: request.teamId ?? undefined,
    allowanceId: request.allowanceId ?? undefined,
    provider: request.provider ?? '',
    region: request.region ?? '',
    finishReason: request.finishReason ?? '',
    errorClass: request.errorClass ?? '',
    sequence: BigInt(request.sequence),
    ledgerSequence: BigInt(request.ledgerSequence),
    inputTokens: BigInt(request.inputTokens),
    cacheReadTokens: BigInt(request.cacheReadTokens),
    cacheWrite5mTokens: BigInt(request.cacheWrite5mTokens),
    cacheWrite1hTokens: BigInt(request.cacheWrite1hTokens),
    outputTokens: BigInt(request.outputTokens),
    reasoningTokens: BigInt(request.reasoningTokens),
    costNanoUsd: BigInt(request.costNanoUsd),
    timeToFirstTokenMs: request.timeToFirstTokenMs ?? undefined,
    tags: request.tags ?? {},
  };
}
