import type { IncomingHttpHeaders } from 'node:http';
import {
  errorType,
  parseError,
  translateError,
  type ApiError,
  type WireFormat,
} from '@modelbridge/llm-wire';
import { publicErrors } from '../errors/public-errors.js';
import { RequestError, streamError } from '../errors/request-error.js';
import { retryAfter, saidDelay } from './retry-after.js';
import { traitsOf } from '../providers/traits-of.js';

/**
 * What an upstream's error means: `caller` sent something that no endpoint can serve; the `account` of the platform is at
 * fault; the upstream has no `capacity` now; or it is `broken`.
 */
export type UpstreamFault = 'caller' | 'account' | 'capacity' | 'broken';

export interface UpstreamFailure {
  fault: UpstreamFault;
  error: RequestError;
  /** For usage metadata: a word, never the upstream's text. */
  errorClass: string;
}

const callerStatuses = new Set([400, 404, 413, 422]);
const accountStatuses = new Set([401, 402, 403]);
/** All providers' together: an upstream may stand in front of another provider's. */
const accountCodes = new Set(Object.values(traitsOf).flatMap((traits) => traits.accountCodes));
const accountWords = [...new Set(Object.values(traitsOf).flatMap((traits) => traits.accountWords))];

const requestFaults = Object.values(traitsOf).flatMap((traits) => traits.requestFaults);

const rateLimitWords = /rate_limit/;

/** Reads an error reply. Nothing of the platform's account at the provider is in the result. */
export function readUpstreamError(
  reply: { status: number; headers: IncomingHttpHeaders; body: Buffer },
  from: WireFormat,
  to: WireFormat,
): UpstreamFailure {
  const { status, headers, body } = reply;
  const parsed = parseError(status, body);
  if (accountStatuses.has(status) || (parsed !== undefined && concernsAccount(parsed))) {
    return {
      fault: 'account',
      error: RequestError.of('upstream_unavailable'),
      errorClass: 'upstream_account',
    };
  }
  if (status === 429 || status === 529) return atCapacity(status, headers, parsed?.message);
  const known = parsed && status === 500 ? requestFaultOf(parsed.message) : undefined;
  if (known === 502) {
    return { ...brokenUpstream(502, 'upstream_reply_unreadable'), fault: 'caller' };
  }
  if (parsed !== undefined && (known === 400 || callerStatuses.has(status))) {
    const error = translateError(known === 400 ? asBadRequest(parsed) : parsed, from, to);
    return {
      fault: 'caller',
      error: RequestError.passedOn({ ...error, message: withoutIdentifiers(error.message) }),
      errorClass: `upstream_${status}`,
    };
  }
  return brokenUpstream(status === 503 ? 503 : 502, `upstream_${status}`);
}

/**
 * What to say inside a stream in place of an upstream's error whose words are not for the caller;
 * undefined where they are. `isAccount`: the platform's own account is refused.
 */
export function replacedStreamError(
  error: ApiError,
  format: WireFormat,
): { error: ApiError; isAccount: boolean } | undefined {
  if (concernsAccount(error)) {
    return { error: streamError('upstream_unavailable', format), isAccount: true };
  }
  const limited = rateLimitWords.test(`${error.type} ${error.code}`);
  const message = limited ? limitedText(error.message) : withoutIdentifiers(error.message);
  if (message === error.message) return undefined;
  return {
    error: { ...error, type: errorType(format, error.status), message },
    isAccount: false,
  };
}

/** Codex waits for as long as the text says. */
function limitedText(said: string): string {
  const { text } = publicErrors.upstream_rate_limited;
  const ms = saidDelay(said);
  return ms === undefined ? text : `${text} Please try again in ${ms / 1_000}s.`;
}

const brokenCodes = {
  502: 'upstream_error',
  503: 'upstream_unavailable',
  504: 'upstream_timeout',
} as const;

/** The upstream could not be reached, or what it sent is not its API. */
export function brokenUpstream(status: 502 | 503 | 504, errorClass: string): UpstreamFailure {
  return { fault: 'broken', error: RequestError.of(brokenCodes[status]), errorClass };
}

function requestFaultOf(message: string): 400 | 502 | undefined {
  const text = message.toLowerCase();
  return requestFaults.find(({ words }) => text.includes(words))?.status;
}

function asBadRequest(error: ApiError): ApiError {
  return { ...error, status: 400, type: errorType('chat', 400) };
}

function concernsAccount(error: ApiError): boolean {
  return (
    (error.code !== null && accountCodes.has(error.code)) ||
    accountCodes.has(error.type) ||
    (error.type !== 'rate_limit_error' && speaksOfAccount(error.message))
  );
}

function speaksOfAccount(message: string): boolean {
  const text = message.toLowerCase();
  return accountWords.some((words) => text.includes(words));
}

function atCapacity(
  status: 429 | 529,
  headers: IncomingHttpHeaders,
  message = '',
): UpstreamFailure {
  // The provider's own text names the platform's organisation and its limits there.
  const code = status === 429 ? 'upstream_rate_limited' : 'upstream_overloaded';
  const retryAfterMs = retryAfter(headers, message, Date.now());
  const error = RequestError.of(code, { retryAfterMs });
  return { fault: 'capacity', error, errorClass: `upstream_${status}` };
}

const identifiers =
  /\b(?:org|organization|proj|project|acct|account|user|key|sk|req|request|workspace)[-_][A-Za-z0-9_-]{6,}/g;

function withoutIdentifiers(message: string): string {
  return message.slice(0, 2_000).replace(identifiers, '[removed]');
}
