import {
  fromAnthropicReason,
  fromChatReason,
  isBrokenReason,
} from '../conversation/finish-reasons.js';
import { apiError, readError, type ApiError } from '../errors/api-error.js';
import { GIVEN_UP } from '../errors/reply-fault.js';
import { statusOfType } from '../errors/translate-error.js';
import {
  arrayAt,
  isObject,
  numberAt,
  objectAt,
  parseObject,
  stringAt,
  type JsonObject,
} from '../json.js';
import type { FinishReason, WireFormat } from '../wire-format.js';
import type { SseEvent } from './sse-parser.js';

/** What one event of an upstream's stream says about the reply as a whole. */
export interface EventFacts {
  usage?: unknown;
  finishReason?: FinishReason;
  /** Chat: the choices that the event ends. */
  finishedChoices?: number[];
  /** The format's terminal event. */
  completed?: boolean;
  error?: ApiError;
  /** The error is not one that the upstream wrote: the caller needs a frame that says it. */
  unsaid?: boolean;
  /** Responses: the error is announced, and the event that ends the stream is still to come. */
  fails?: boolean;
  /** Chat's extra chunk that carries usage and nothing else. */
  usageOnly?: boolean;
}

export function eventFacts(format: WireFormat, { event, data }: SseEvent): EventFacts {
  if (format === 'chat' && data === '[DONE]') return { completed: true };
  const payload = parseObject(data);
  if (payload === undefined) return {};
  const error = streamError(event, payload);
  if (error !== undefined) {
    if (format === 'responses') return failedFacts(payload, error);
    // OpenAI's clients look for `error`, which vLLM's older shape has not.
    return { error, unsaid: format === 'chat' && !payload['error'] };
  }
  if (format === 'chat') return chatFacts(payload);
  return format === 'messages' ? messagesFacts(payload) : responsesFacts(payload);
}

/** The error that an event carries, in any of the formats. */
export function streamError(event: string, payload: JsonObject): ApiError | undefined {
  const type = stringAt(payload, 'type');
  if (type === 'response.failed') {
    const error = objectAt(objectAt(payload, 'response'), 'error');
    const code = stringAt(error, 'code') ?? 'server_error';
    const message = stringAt(error, 'message') ?? 'the reply failed';
    return apiError(statusOf(code, code), code, message, code);
  }
  const kinds = [type, event, payload['object']];
  if (!payload['error'] && !kinds.includes('error')) return undefined;
  const error = readError(500, payload) ?? apiError(500, 'api_error', 'the upstream failed');
  const status = statusOfCode(error.code);
  if (status === undefined) return { ...error, status: statusOf(error.type, error.code) };
  return { ...error, status, code: null };
}

function statusOf(type: string, code: string | null): number {
  return code === 'rate_limit_exceeded' ? 429 : statusOfType(type);
}

/** Servers of open models give an HTTP status as the code, which it is not. */
function statusOfCode(code: string | null): number | undefined {
  return code !== null && /^[45]\d\d$/.test(code) ? Number(code) : undefined;
}

function failedFacts(payload: JsonObject, error: ApiError): EventFacts {
  if (stringAt(payload, 'type') !== 'response.failed') return { error, fails: true };
  return { error, usage: objectAt(payload, 'response')?.['usage'] };
}

function chatFacts(payload: JsonObject): EventFacts {
  const choices = arrayAt(payload, 'choices');
  const usage = payload['usage'] ?? objectAt(choices[0], 'usage');
  const facts: EventFacts = { usage };
  for (const choice of choices) {
    const reason = stringAt(choice, 'finish_reason');
    if (reason === undefined) continue;
    if (isBrokenReason(reason)) return { usage, error: GIVEN_UP, unsaid: true };
    facts.finishReason = fromChatReason(reason);
    (facts.finishedChoices ??= []).push(numberAt(choice, 'index') ?? 0);
  }
  facts.usageOnly = choices.length === 0 && isObject(usage);
  return facts;
}

function messagesFacts(payload: JsonObject): EventFacts {
  const type = stringAt(payload, 'type');
  if (type === 'message_start') return { usage: startedUsage(objectAt(payload, 'message')) };
  if (type === 'message_stop') return { completed: true };
  if (type !== 'message_delta') return {};
  const reason = stringAt(objectAt(payload, 'delta'), 'stop_reason');
  const facts: EventFacts = { usage: payload['usage'] };
  if (reason !== undefined) facts.finishReason = fromAnthropicReason(reason);
  return facts;
}

/** The output that a beginning message reports is no count of what follows. */
export function startedUsage(message: JsonObject | undefined): JsonObject {
  return { ...objectAt(message, 'usage'), output_tokens: undefined };
}

function responsesFacts(payload: JsonObject): EventFacts {
  const type = stringAt(payload, 'type');
  if (type !== 'response.completed' && type !== 'response.incomplete') return {};
  const response = objectAt(payload, 'response') ?? {};
  return {
    usage: response['usage'],
    finishReason: responsesReason(response),
    completed: true,
  };
}

const TOOL_ITEMS = new Set(['function_call', 'custom_tool_call']);

/** Responses has no finish reason of its own: it follows from the status and the output. */
export function responsesReason(response: JsonObject): FinishReason {
  const incomplete = stringAt(objectAt(response, 'incomplete_details'), 'reason');
  if (incomplete === 'content_filter') return 'content_filter';
  if (incomplete !== undefined || response['status'] === 'incomplete') return 'length';
  const calls = arrayAt(response, 'output').some((item) =>
    TOOL_ITEMS.has(stringAt(item, 'type') ?? ''),
  );
  return calls ? 'tool_calls' : 'stop';
}
