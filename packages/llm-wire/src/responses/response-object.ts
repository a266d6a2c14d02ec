import type { Reply, ReplyPart } from '../conversation/reply.js';
import type { ReplyContext } from '../conversation/reply-context.js';
import { writeSeal } from '../conversation/seals.js';
import { isObject, present, stringAt, type JsonObject } from '../json.js';
import { responsesUsage } from '../usage/write-usage.js';
import { writeResponsesAnnotation } from './annotations.js';
import { callMembers, clientTools } from './client-tools.js';

/** Request fields that a response repeats, with what stands for an absent one. */
const ECHOED: Readonly<Record<string, unknown>> = {
  instructions: null,
  max_output_tokens: null,
  max_tool_calls: null,
  metadata: {},
  parallel_tool_calls: true,
  previous_response_id: null,
  prompt_cache_key: null,
  reasoning: { effort: null, summary: null },
  safety_identifier: null,
  service_tier: 'default',
  temperature: 1,
  text: { format: { type: 'text' } },
  tool_choice: 'auto',
  tools: [],
  top_logprobs: 0,
  top_p: 1,
  truncation: 'disabled',
  user: null,
};

/** The part of a request that its response repeats; the input, by far the largest, is not. */
export function echoOf(request: JsonObject): JsonObject {
  const echo = Object.fromEntries(Object.keys(ECHOED).map((key) => [key, request[key]]));
  const choice = echo['tool_choice'];
  if (stringAt(choice, 'type') !== 'allowed_tools') return echo;
  return { ...echo, tool_choice: { mode: 'auto', ...(choice as JsonObject) } };
}

export type ResponseStatus = 'in_progress' | 'completed' | 'incomplete' | 'failed';

export function responseObject(
  reply: Pick<Reply, 'id' | 'created' | 'usage' | 'finishReason'>,
  status: ResponseStatus,
  output: JsonObject[],
  context: ReplyContext,
): JsonObject {
  const echo: JsonObject = {};
  for (const [key, fallback] of Object.entries(ECHOED)) echo[key] = context.echo[key] ?? fallback;
  const incomplete = status === 'incomplete';
  const reason = reply.finishReason === 'length' ? 'max_output_tokens' : 'content_filter';
  return {
    id: responseId(reply.id),
    object: 'response',
    created_at: reply.created ?? context.created,
    status,
    background: false,
    error: null,
    incomplete_details: incomplete ? { reason } : null,
    model: context.model,
    output,
    store: false,
    ...echo,
    usage: status === 'in_progress' || !reply.usage ? null : responsesUsage(reply.usage),
  };
}

export function responseId(id: string | undefined): string {
  return id?.startsWith('resp_') ? id : `resp_${id ?? 'unknown'}`;
}

/** A filter's stop is incomplete; a refusal in words is a whole answer. */
export function finalStatus(reply: Pick<Reply, 'finishReason'>): 'completed' | 'incomplete' {
  const cut = reply.finishReason === 'length' || reply.finishReason === 'content_filter';
  return cut ? 'incomplete' : 'completed';
}

export function itemId(part: ReplyPart, responseIdText: string, index: number): string {
  const suffix = `${responseIdText.slice('resp_'.length)}_${index}`;
  switch (part.kind) {
    case 'reasoning':
      return `rs_${suffix}`;
    case 'tool_call':
      if (part.clientTool !== undefined)
        return `${clientTools[part.clientTool].idPrefix}_${suffix}`;
      return `${part.freeform ? 'ctc' : 'fc'}_${suffix}`;
    default:
      return `msg_${suffix}`;
  }
}

/** The output item of one part, as it is when it is done. */
export function outputItem(part: ReplyPart, id: string): JsonObject {
  switch (part.kind) {
    case 'reasoning':
      return {
        id,
        type: 'reasoning',
        summary: part.text === '' ? [] : [{ type: 'summary_text', text: part.text }],
        encrypted_content: part.seal === undefined ? null : writeSeal('openai', part.seal),
      };
    case 'tool_call': {
      const { id: call_id, name, input } = part;
      const status = 'completed';
      if (part.clientTool !== undefined) {
        return { id, status, call_id, ...callMembers(part.clientTool, input) };
      }
      const call = present({ id, status, call_id, name, namespace: part.namespace });
      if (part.freeform) return { ...call, type: 'custom_tool_call', input };
      return { ...call, type: 'function_call', arguments: input };
    }
    default: {
      const content = [contentPart(part)];
      return { id, type: 'message', status: 'completed', role: 'assistant', content };
    }
  }
}

export function contentPart(part: Extract<ReplyPart, { kind: 'text' | 'refusal' }>): JsonObject {
  if (part.kind === 'refusal') return { type: 'refusal', refusal: part.text };
  return {
    type: 'output_text',
    text: part.text,
    annotations: (part.annotations ?? []).map(writeResponsesAnnotation),
    logprobs: (part.logprobs ?? []).filter(isObject),
  };
}

/** Writes a whole reply as a response. */
export function writeResponsesReply(reply: Reply, context: ReplyContext): JsonObject {
  const id = responseId(reply.id);
  const output = reply.parts.map((part, index) => outputItem(part, itemId(part, id, index)));
  return responseObject(reply, finalStatus(reply), output, context);
}
