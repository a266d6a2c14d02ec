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
      return refusal(
        409,
        'idempotency_in_progress',
        'The first request with this Idempotency-Key is still running.',
        { headers: retrySoon(), details: { request_id: outcome.value.requestId } },
      );
    case 'completed':
      return refusal(
        409,
        'idempotency_completed',
        'The first request with this Idempotency-Key has ended. Its reply is not stored.',
        { headers: { 'x-should-retry': 'false' }, details: firstRequest(outcome.value) },
      );
    case 'mismatch':
      return refusal(
        400,
        'idempotency_key_reused',
        'This Idempotency-Key was used for another request. Use a new one for each request.',
        { headers: { 'x-should-retry': 'false' } },
      );
  }
}

/** Whether the request is a repetition cannot be known: nothing is called. */
export function claimUnavailable(): RequestError {
  return new RequestError(
    503,
    'server_error',
    'idempotency_unavailable',
    'The Idempotency-Key could not be checked. Try again shortly.',
    { headers: retrySoon() },
  );
}

function refusal(
  status: number,
  code: string,
  message: string,
  options: RequestError['options'],
): RequestError {
  return new RequestError(status, 'invalid_request_error', code, message, {
    param: idempotencyHeader,
    ...options,
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

function retrySoon(): Record<string, string> {
  const ms = idempotencyBounds.retryAfterMs;
  return {
    'retry-after-ms': String(ms),
    'retry-after': String(Math.ceil(ms / 1_000)),
    'x-should-retry': 'true',
  };
}
