import { RequestError } from '../errors/request-error.js';
import type { Refusal } from './admission.js';
import { rateHeaders } from './rate-headers.js';

const defaultRetryMs = 1_000;

/** The answer to a request that may not be sent. */
export function refusalError(refusal: Refusal): RequestError {
  const details = {
    limit_source: refusal.limitSource ?? null,
    available_nano_usd: refusal.availableNanoUsd?.toString() ?? null,
    required_nano_usd: refusal.requiredNanoUsd?.toString() ?? null,
  };
  const retryAfterMs = refusal.retryAfterMs ?? defaultRetryMs;
  switch (refusal.reason) {
    case 'insufficient_quota':
      return RequestError.of('insufficient_quota', {
        message: `This request could cost more than is left${nameOf(refusal)}. Ask for fewer output tokens, add credit or raise the limit.`,
        details,
      });
    case 'account_frozen':
      return RequestError.of('account_frozen', { details });
    case 'in_flight_budget':
      return RequestError.of('in_flight_budget', {
        message: `What is left${nameOf(refusal)} is reserved by requests that are running. Try again when they have ended.`,
        retryAfterMs,
        details,
      });
    case 'rate_limited':
      return RequestError.of('rate_limit_exceeded', {
        retryAfterMs,
        headers: rateHeadersOf(refusal),
      });
    case 'billing_unavailable':
      return RequestError.of('billing_unavailable', { retryAfterMs });
  }
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
