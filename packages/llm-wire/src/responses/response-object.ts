import { cutPart, isCutShort, type Reply, type ReplyPart } from '../conversation/reply.js';
import type { ReplyContext } from '../conversation/reply-context.js';
import { writeSeal } from '../conversation/seals.js';
import { isObject, present, type JsonObject } from '../json.js';
import { responsesUsage } from '../usage/write-usage.js';
import { writeResponsesAnnotation } from './annotations.js';
import { callMembers, clientTools } from './client-tools.js';
import { ECHO_OF_NOTHING } from './request-echo.js';

export type ResponseStatus = 'in_progress' | 'completed' | 'incomplete' | 'failed';

export function responseObject(
  reply: Pick<Reply, 'id' | 'created' | 'usage' | 'finishReason'>,
  status: ResponseStatus,
  output: JsonObject[],
  context: ReplyContext,
): JsonObject {
  const created = reply.created ?? context.created;
  const incomplete = status === 'incomplete';
  const reason = reply.finishReason === 'length' ? 'max_output_tokens' : 'content_filter';
  return {
    id: responseId(reply.id),
    object: 'response',
    created_at: created,
    completed_at: status === 'completed' ? Math.max(created, context.now()) : null,
    status,
    background: false,
    error: null,
    incomplete_details: incomplete ? { reason } : null,
    model: context.model,
    output,
    store: false,
    ...ECHO_OF_NOTHING,
    ...context.echo,
    usage: status === 'in_progress' || !reply.usage ? null : responsesUsage(reply.usage),
  };
}

export function responseId(id: string | undefined): string {
  return id?.startsWith('resp_') ? id : `resp_${id ?? 'unknown'}`;
}

/** A filter's stop is incomplete; a refusal in words is a whole answer. */
export function finalStatus(reply: Pick<Reply, 'finishReason'>): 'completed' | 'incomplete' {
  return isCutShort(reply.finishReason) ? 'incomplete' : 'completed';
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

export type ItemStatus = 'in_progress' | 'completed' | 'incomplete';

/** The output item of one part. */
export function outputItem(part: ReplyPart, id: string, status: ItemStatus): JsonObject {
  switch (part.kind) {
    case 'reasoning': {
      const summary = part.text === '' ? [] : [{ type: 'summary_text', text: part.text }];
      const item = { id, type: 'reasoning', status, summary };
      if (part.seal === undefined) return item;
      return { ...item, encrypted_content: writeSeal('openai', part.seal) };
    }
    case 'tool_call': {
      const { id: call_id, name, input } = part;
      if (part.clientTool !== undefined) {
        return { id, status, call_id, ...callMembers(part.clientTool, input) };
      }
      const call = present({ id, status, call_id, name, namespace: part.namespace });
      if (part.freeform) return { ...call, type: 'custom_tool_call', input };
      return { ...call, type: 'function_call', arguments: input };
    }
    default: {
      const content = [contentPart(part)];
      return { id, type: 'message', status, role: 'assistant', content };
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
  const cut = cutPart(reply);
  const output = reply.parts.map((part, index) =>
    outputItem(part, itemId(part, id, index), part === cut ? 'incomplete' : 'completed'),
  );
  return responseObject(reply, finalStatus(reply), output, context);
}
