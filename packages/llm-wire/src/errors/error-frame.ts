import { encodeSse } from '../encode-sse.js';
import type { WireFormat } from '../wire-format.js';
import { buildError, type ApiError } from './api-error.js';

/**
 * The frame that tells a client in mid-stream, under HTTP 200, that the reply failed. Chat clients
 * throw on a chunk with `error`, Anthropic's on `event: error`. A failed Responses stream says it
 * twice in one event: Codex reads `response.failed`, whose codes are a closed list, and OpenAI's SDK
 * throws on a top-level `error`, which has the code as it is.
 */
export function errorFrame(format: WireFormat, error: ApiError, reply: FailedReply = {}): Buffer {
  if (format === 'chat') return Buffer.from(encodeSse(undefined, buildError('chat', error)));
  if (format === 'messages') {
    return Buffer.from(encodeSse('error', buildError('messages', error, reply.requestId)));
  }
  const { type, message, param } = error;
  const code = error.code ?? error.type;
  const event = {
    type: 'response.failed',
    sequence_number: reply.sequenceNumber ?? 0,
    response: {
      id: 'resp_failed',
      object: 'response',
      output: [],
      ...reply.response,
      status: 'failed',
      error: { code: responseErrorCode(error), message },
    },
    error: { type, code, message, param },
  };
  return Buffer.from(encodeSse('response.failed', JSON.stringify(event)));
}

/** OpenAI's codes of a failed response that can stand for what fails here, and those that Codex acts on. */
const RESPONSE_CODES: ReadonlySet<string> = new Set([
  'server_error',
  'rate_limit_exceeded',
  'invalid_prompt',
  'context_length_exceeded',
  'insufficient_quota',
  'usage_not_included',
]);

function responseErrorCode({ status, code }: ApiError): string {
  if (code !== null && RESPONSE_CODES.has(code)) return code;
  return status === 429 ? 'rate_limit_exceeded' : 'server_error';
}

/** What is known of a stream that failed, and a Responses one had said about itself. */
export interface FailedReply {
  /** For Anthropic's shape, which names it. */
  requestId?: string;
  sequenceNumber?: number;
  response?: object;
}

const COMMENT = Buffer.from(': keep-alive\n\n');
const PING = Buffer.from(encodeSse('ping', '{"type":"ping"}'));

/** What to send while the upstream is silent. */
export function keepAliveFrame(format: WireFormat): Buffer {
  return format === 'messages' ? PING : COMMENT;
}
