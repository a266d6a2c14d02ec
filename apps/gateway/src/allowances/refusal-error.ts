import { RequestError } from '../errors/request-error.js';
import type { Refusal } from './admission.js';
import { rateHeaders } from './rate-headers.js';

const defaultRetryMs = 1_000;

/** The answer to a request that may not be sent. 402 is not retried by SDKs; the others are. */
export function refusalError(refusal: Refusal): RequestError {
  const details = {
    limit_source: refusal.limitSource ?? null,
    available_nano_usd: refusal.availableNanoUsd?.toString() ?? null,
    required_nano_usd: refusal.requiredNanoUsd?.toString() ?? null,
  };
  switch (refusal.reason) {
    case 'insufficient_quota':
      return new RequestError(
        402,
        'insufficient_quota',
        'insufficient_quota',
        `This request could cost more than is left${nameOf(refusal)}.`,
        { headers: { 'x-should-retry': 'false' }, details },
      );
    case 'account_frozen':
      return new RequestError(
        402,
        'insufficient_quota',
        'account_frozen',
        'The account is frozen until an open payment is settled.',
        { headers: { 'x-should-retry': 'false' }, details },
      );
    case 'in_flight_budget':
      return new RequestError(
        429,
        'rate_limit_error',
        'in_flight_budget',
        `What is left${nameOf(refusal)} is reserved by requests that are running.`,
        { headers: retryHeaders(refusal), details },
      );
    case 'rate_limited':
      return new RequestError(
        429,
        'rate_limit_error',
        'rate_limit_exceeded',
        'The rate limit of this key is reached.',
        { headers: { ...retryHeaders(refusal), ...rateHeadersOf(refusal) } },
      );
    case 'billing_unavailable':
      return new RequestError(
        503,
        'server_error',
        'billing_unavailable',
        'The request could not be checked against its limits. Try again shortly.',
        { headers: retryHeaders(refusal) },
      );
  }
}

function retryHeaders(refusal: Refusal): Record<string, string> {
  const ms = refusal.retryAfterMs ?? defaultRetryMs;
  return {
    'retry-after-ms': String(ms),
    'retry-after': String(Math.ceil(ms / 1_000)),
    'x-should-retry': 'true',
  };
}

function rateHeadersOf({ rate }: Refusal): Record<string, string> {
  const headers: Record<string, string> = {};
  const pairs = rate === undefined ? [] : rateHeaders(rate);
  for (let index = 0; index < pairs.length; index += 2) {
    headers[pairs[index] as string] = pairs[index + 1] as string;
  }
  return headers;
}

function nameOf({ limitSource }: Refusal): string {
  return limitSource === undefined ? '' : ` under the limit '${limitSource}'`;
}
