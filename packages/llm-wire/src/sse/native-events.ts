import { fromAnthropicReason, fromChatReason } from '../conversation/finish-reasons.js';
import { apiError, readError, type ApiError } from '../errors/api-error.js';
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
  if (error !== undefined) return format === 'responses' ? failedFacts(payload, error) : { error };
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
    return apiError(statusOfType(code), code, message, code);
  }
  const failed = Boolean(payload['error']) || type === 'error' || event === 'error';
  if (!failed) return undefined;
  const error = readError(500, payload) ?? apiError(500, 'api_error', 'the upstream failed');
  return { ...error, status: statusOfType(error.type) };
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
    facts.finishReason = fromChatReason(reason);
    (facts.finishedChoices ??= []).push(numberAt(choice, 'index') ?? 0);
  }
  facts.usageOnly = choices.length === 0 && isObject(usage);
  return facts;
}

function messagesFacts(payload: JsonObject): EventFacts {
  const type = stringAt(payload, 'type');
  if (type === 'message_start') return { usage: objectAt(payload, 'message')?.['usage'] };
  if (type === 'message_stop') return { completed: true };
  if (type !== 'message_delta') return {};
  const reason = stringAt(objectAt(payload, 'delta'), 'stop_reason');
  const facts: EventFacts = { usage: payload['usage'] };
  if (reason !== undefined) facts.finishReason = fromAnthropicReason(reason);
  return facts;
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
