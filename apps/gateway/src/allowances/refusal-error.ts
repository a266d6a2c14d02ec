import { formatUsd } from '@modelbridge/contracts';
import { RequestError } from '../errors/request-error.js';
import type { Refusal } from './admission.js';
import { rateHeaders } from './rate-headers.js';

const defaultRetryMs = 1_000;
/** The limit that is what the account has paid in. */
const balance = 'account.total';

/** The answer to a request that may not be sent. */
export function refusalError(refusal: Refusal, dashboardUrl: string | undefined): RequestError {
  const details = {
    limit_source: refusal.limitSource ?? null,
    available_nano_usd: refusal.availableNanoUsd?.toString() ?? null,
    required_nano_usd: refusal.requiredNanoUsd?.toString() ?? null,
  };
  const retryAfterMs = refusal.retryAfterMs ?? defaultRetryMs;
  switch (refusal.reason) {
    case 'insufficient_quota':
      return RequestError.of('insufficient_quota', {
        message: tooLittleLeft(refusal, dashboardUrl),
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

function tooLittleLeft(refusal: Refusal, dashboardUrl: string | undefined): string {
  const { limitSource, availableNanoUsd: left, requiredNanoUsd: required } = refusal;
  if (limitSource !== balance || left === undefined) {
    return `This request could cost more than is left${nameOf(refusal)}. Ask for fewer output tokens, add credit or raise the limit.`;
  }
  const least = required === undefined ? 'more' : `${formatUsd(required)} USD or more`;
  const where = dashboardUrl === undefined ? "in your account's dashboard" : `at ${dashboardUrl}`;
  return `Your balance is ${formatUsd(left)} USD, and this request could cost ${least}. Top up ${where}, or ask for fewer output tokens.`;
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
