import type { WireFormat } from '../wire-format.js';
import type { ApiError } from './api-error.js';

const ANTHROPIC_TYPES: ReadonlyMap<number, string> = new Map([
  [400, 'invalid_request_error'],
  [401, 'authentication_error'],
  [402, 'billing_error'],
  [403, 'permission_error'],
  [404, 'not_found_error'],
  [405, 'invalid_request_error'],
  [408, 'invalid_request_error'],
  [409, 'invalid_request_error'],
  [413, 'request_too_large'],
  [415, 'invalid_request_error'],
  [422, 'invalid_request_error'],
  [426, 'invalid_request_error'],
  [429, 'rate_limit_error'],
  [431, 'invalid_request_error'],
  [503, 'overloaded_error'],
  [504, 'timeout_error'],
  [529, 'overloaded_error'],
]);

const OPENAI_TYPES: ReadonlyMap<number, string> = new Map([
  [400, 'invalid_request_error'],
  [401, 'invalid_request_error'],
  [402, 'insufficient_quota'],
  [403, 'permission_error'],
  [404, 'invalid_request_error'],
  [405, 'invalid_request_error'],
  [408, 'invalid_request_error'],
  [409, 'invalid_request_error'],
  [413, 'invalid_request_error'],
  [415, 'invalid_request_error'],
  [422, 'invalid_request_error'],
  [426, 'invalid_request_error'],
  [429, 'rate_limit_error'],
  [431, 'invalid_request_error'],
]);

/** Wordings by which upstreams say that the prompt does not fit; clients compact on the code. */
const CONTEXT_LENGTH =
  /prompt is too long|maximum context length|context[_ ](?:length|size|window|limit)|input is too long/i;
/** Anthropic's words for it, on which Claude Code compacts. */
const TOO_LONG = 'prompt is too long';

/** The error type that a format uses for a status. */
export function errorType(format: WireFormat, status: number): string {
  if (format === 'messages') return ANTHROPIC_TYPES.get(status) ?? 'api_error';
  return OPENAI_TYPES.get(status) ?? 'server_error';
}

/**
 * Maps type and code into the caller's format; status, message and param stay, but a prompt that does not fit is
 * told in the words that a client of Anthropic's looks for.
 */
export function translateError(error: ApiError, from: WireFormat, to: WireFormat): ApiError {
  const sameVendor = (from === 'messages') === (to === 'messages');
  if (sameVendor) return to === 'messages' ? error : { ...error, code: contextCode(error) };
  if (to !== 'messages') {
    return { ...error, type: errorType(to, error.status), code: codeFor(error) };
  }
  if (!isTooLong(error)) return { ...error, type: errorType(to, error.status) };
  const { message } = error;
  const told = message.toLowerCase().includes(TOO_LONG) ? message : `${TOO_LONG}: ${message}`;
  return { ...error, type: errorType(to, 400), message: told };
}

function codeFor(error: ApiError): string | null {
  const code = contextCode(error);
  if (code !== null) return code;
  if (error.status === 429) return 'rate_limit_exceeded';
  return error.status === 404 ? 'not_found' : null;
}

/** The error's code, or where it has none the one by which clients know that they must compact. */
function contextCode(error: ApiError): string | null {
  return isTooLong(error) ? 'context_length_exceeded' : error.code;
}

function isTooLong({ status, type, message, code }: ApiError): boolean {
  if (code !== null) return code === 'context_length_exceeded';
  return status === 400 && CONTEXT_LENGTH.test(`${type} ${message}`);
}

/** The status that fits an error met in mid-stream, where the upstream's own was 200. */
export function statusOfType(type: string): number {
  for (const table of [ANTHROPIC_TYPES, OPENAI_TYPES]) {
    for (const [status, known] of table) if (known === type) return status;
  }
  return 500;
}
