import type { ClaimIdempotencyKeyResponse } from '@modelbridge/contracts/usage_ledger.v1';
import { RequestError } from '../errors/request-error.js';
import { idempotencyHeader } from './idempotency-key.js';
import { idempotencyBounds } from './bounds.js';

type Outcome = NonNullable<ClaimIdempotencyKeyResponse['outcome']>;

/** The answer to a repetition. Undefined for the first request under its key, which may go on. */
export function claimRefusal(outcome: Outcome): RequestError | undefined {
  switch (outcome.$case) {
    case 'claimed':
      return undefined;
    case 'inProgress':
      return RequestError.of('idempotency_in_progress', {
        param: idempotencyHeader,
        retryAfterMs: idempotencyBounds.retryAfterMs,
        details: { request_id: outcome.value.requestId },
      });
    case 'completed':
      return RequestError.of('idempotency_completed', {
        param: idempotencyHeader,
        details: firstRequest(outcome.value),
      });
    case 'mismatch':
      return RequestError.of('idempotency_key_reused', { param: idempotencyHeader });
  }
}

/** Whether the request is a repetition cannot be known: nothing is called. */
export function claimUnavailable(): RequestError {
  return RequestError.of('idempotency_unavailable', {
    retryAfterMs: idempotencyBounds.retryAfterMs,
  });
}

/** What the first request became, named as GET /v1/usage/{id} names it. */
function firstRequest(
  first: Extract<Outcome, { $case: 'completed' }>['value'],
): Record<string, unknown> {
  return {
    request_id: first.requestId,
    status: first.status,
    usage: {
      input_tokens: Number(first.inputTokens),
      output_tokens: Number(first.outputTokens),
      reasoning_tokens: Number(first.reasoningTokens),
      cache_read_tokens: Number(first.cacheReadTokens),
      cache_write_tokens: Number(first.cacheWrite5mTokens + first.cacheWrite1hTokens),
    },
    cost_nano_usd: first.costNanoUsd.toString(),
  };
}
