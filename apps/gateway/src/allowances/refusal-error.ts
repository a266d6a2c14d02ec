import { formatUsd } from '@modelbridge/contracts';
import { RequestError } from '../errors/request-error.js';
import type { Refusal } from './admission.js';
import { rateHeaders } from './rate-headers.js';

const defaultRetryMs = 1_000;
/** The limit that is what the account has paid in. */
const balance = 'account.total';

/** Limits of whoever made the key; others of a team's key are what the whole team has. */
const own = /^(key|member)\./;

interface Told {
  dashboardUrl: string | undefined;
  /** Of the key's team; null for a person's own account. */
  teamId: string | null;
}

/**
 * The answer to a request that may not be sent. To a team's key it says which limit of the team is in the way and not
 * what the team has left: members may not see that, and the gateway does not know who leads.
 */
export function refusalError(refused: Refusal, { dashboardUrl, teamId }: Told): RequestError {
  const isSeen = teamId === null || own.test(refused.limitSource ?? '');
  const refusal = isSeen ? refused : { ...refused, availableNanoUsd: undefined };
  const details = {
    limit_source: refusal.limitSource ?? null,
    available_nano_usd: refusal.availableNanoUsd?.toString() ?? null,
    required_nano_usd: refusal.requiredNanoUsd?.toString() ?? null,
  };
  const retryAfterMs = refusal.retryAfterMs ?? defaultRetryMs;
  switch (refusal.reason) {
    case 'insufficient_quota':
      return RequestError.of('insufficient_quota', {
        message: isSeen ? tooLittleLeft(refusal, dashboardUrl) : teamHasTooLittle(refusal),
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

function teamHasTooLittle(refusal: Refusal): string {
  return `This request could cost more than the team has left${nameOf(refusal)}. Ask for fewer output tokens, or ask the team's owner or an admin to add credit or raise the limit.`;
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
