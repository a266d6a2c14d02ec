import type { ReplyEvent, ReplyWriter } from '../conversation/events.js';
import { toChatReason } from '../conversation/finish-reasons.js';
import type { Reply } from '../conversation/reply.js';
import type { ReplyContext } from '../conversation/reply-context.js';
import type { ReasoningPart } from '../conversation/request.js';
import { errorFrame, keepAliveFrame } from '../errors/error-frame.js';
import { present, type JsonObject } from '../json.js';
import { encodeSse } from '../encode-sse.js';
import type { ReportedUsage } from '../usage/token-usage.js';
import { chatUsage } from '../usage/write-usage.js';
import { writeChatAnnotation } from './annotations.js';
import { writeReasoningDetail } from './reasoning-details.js';

/** Writes a reply as chat chunks. */
export class ChatReplyWriter implements ReplyWriter {
  /** The members that every chunk begins with, as JSON text without the closing brace. */
  private head: string | undefined;
  private open: 'text' | 'refusal' | 'reasoning' | 'function' | 'custom' | undefined;
  private toolIndex = -1;
  private reasoningIndex = -1;
  private reasoning: ReasoningPart = { kind: 'reasoning', text: '' };

  constructor(private readonly context: ReplyContext) {}

  write(event: ReplyEvent, usage: ReportedUsage | undefined): string {
    switch (event.type) {
      case 'start':
        return this.start(event);
      case 'open':
        return this.openPart(event);
      case 'delta':
        return this.delta(event);
      case 'annotation': {
        return this.chunk({ annotations: [writeChatAnnotation(event.annotation)] });
      }
      case 'seal': {
        const sealed = { ...this.reasoning, seal: event.seal };
        const detail = writeReasoningDetail(sealed, this.reasoningIndex);
        return detail === undefined ? '' : this.chunk({ reasoning_details: [detail] });
      }
      case 'close':
        this.open = undefined;
        return '';
      case 'ping':
        return keepAliveFrame('chat').toString();
      case 'finish':
        return this.finish(toChatReason(event.reason), usage);
      case 'failed':
        return errorFrame('chat', event.error).toString();
    }
  }

  private start(event: { id?: string; created?: number }): string {
    if (this.head !== undefined) return '';
    const head = {
      id: chatId(event.id),
      object: 'chat.completion.chunk',
      created: event.created ?? this.context.created,
      model: this.context.model,
    };
    this.head = JSON.stringify(head).slice(0, -1);
    return this.chunk({ role: 'assistant', content: '' });
  }

  private openPart({ part }: Extract<ReplyEvent, { type: 'open' }>): string {
    if (part.kind === 'reasoning') {
      this.reasoningIndex++;
      this.reasoning = { kind: 'reasoning', text: '' };
    }
    if (part.kind !== 'tool_call') {
      this.open = part.kind;
      return '';
    }
    this.toolIndex++;
    const { id, name } = part;
    this.open = part.freeform ? 'custom' : 'function';
    const inner = part.freeform
      ? { custom: { name, input: '' } }
      : { function: { name, arguments: '' } };
    return this.chunk({ tool_calls: [{ index: this.toolIndex, id, type: this.open, ...inner }] });
  }

  private delta({ text, logprobs }: { text: string; logprobs?: unknown[] }): string {
    switch (this.open) {
      case 'refusal':
        return this.chunk({ refusal: text });
      case 'reasoning':
        this.reasoning.text += text;
        return this.chunk({ reasoning_content: text });
      case 'function':
        return this.chunk({
          tool_calls: [{ index: this.toolIndex, function: { arguments: text } }],
        });
      case 'custom':
        return this.chunk({ tool_calls: [{ index: this.toolIndex, custom: { input: text } }] });
      default:
        return this.chunk({ content: text }, logprobs);
    }
  }

  private finish(reason: string, usage: ReportedUsage | undefined): string {
    const last = this.begin() + this.frame([choice({}, reason)]);
    const counted =
      this.context.includeUsage && usage !== undefined ? this.frame([], chatUsage(usage)) : '';
    return last + counted + encodeSse(undefined, '[DONE]');
  }

  private chunk(delta: JsonObject, logprobs?: unknown[]): string {
    return this.begin() + this.frame([choice(delta, null, logprobs)]);
  }

  /** The opening chunk, where the upstream's stream has none. */
  private begin(): string {
    return this.head === undefined ? this.start({}) : '';
  }

  private frame(choices: JsonObject[], usage: JsonObject | null = null): string {
    const counted = this.context.includeUsage ? `,"usage":${JSON.stringify(usage)}` : '';
    return encodeSse(undefined, `${this.head},"choices":${JSON.stringify(choices)}${counted}}`);
  }
}

function choice(delta: JsonObject, finish_reason: string | null, logprobs?: unknown[]): JsonObject {
  return {
    index: 0,
    delta,
    logprobs: logprobs === undefined ? null : { content: logprobs, refusal: null },
    finish_reason,
  };
}

/** Writes a whole reply as a chat completion. */
export function writeChatReply(reply: Reply, context: ReplyContext): JsonObject {
  const texts = reply.parts.filter((part) => part.kind === 'text');
  const logprobs = texts.flatMap((part) => part.logprobs ?? []);
  return present<JsonObject>({
    id: chatId(reply.id),
    object: 'chat.completion',
    created: reply.created ?? context.created,
    model: context.model,
    choices: [
      {
        index: 0,
        message: writeMessage(reply),
        logprobs: logprobs.length > 0 ? { content: logprobs, refusal: null } : null,
        finish_reason: toChatReason(reply.finishReason),
      },
    ],
    usage: reply.usage === undefined ? undefined : chatUsage(reply.usage),
  });
}

function writeMessage({ parts }: Reply): JsonObject {
  const texts = parts.filter((part) => part.kind === 'text');
  const refusals = parts.filter((part) => part.kind === 'refusal');
  const reasoning = parts.filter((part) => part.kind === 'reasoning');
  const calls = parts.filter((part) => part.kind === 'tool_call');
  const annotations = texts.flatMap((part) => part.annotations ?? []).map(writeChatAnnotation);
  const details = reasoning.map(writeReasoningDetail).filter((detail) => detail !== undefined);
  const shown = reasoning.map(({ text }) => text).join('');
  return present<JsonObject>({
    role: 'assistant',
    content: texts.length > 0 ? texts.map(({ text }) => text).join('') : null,
    refusal: refusals.length > 0 ? refusals.map(({ text }) => text).join('') : null,
    annotations: annotations.length > 0 ? annotations : undefined,
    reasoning_content: shown === '' ? undefined : shown,
    reasoning_details: details.length > 0 ? details : undefined,
    tool_calls:
      calls.length > 0
        ? calls.map(({ id, name, input, freeform }) =>
            freeform
              ? { id, type: 'custom', custom: { name, input } }
              : { id, type: 'function', function: { name, arguments: input } },
          )
        : undefined,
  });
}

function chatId(id: string | undefined): string {
  if (id === undefined || id === '') return 'chatcmpl-unknown';
  return id.startsWith('chatcmpl-') ? id : `chatcmpl-${id}`;
}
