import type { OpenPart, ReplyEvent, ReplyWriter } from '../conversation/events.js';
import { toAnthropicReason } from '../conversation/finish-reasons.js';
import { cutPart, type Reply, type ReplyPart } from '../conversation/reply.js';
import type { ReplyContext } from '../conversation/reply-context.js';
import type { ReasoningSeal } from '../conversation/request.js';
import { writeSeal } from '../conversation/seals.js';
import { toolInput } from '../conversation/tool-input.js';
import { errorFrame, keepAliveFrame } from '../errors/error-frame.js';
import { parseObject, present, type JsonObject } from '../json.js';
import { encodeSse } from '../encode-sse.js';
import type { ReportedUsage } from '../usage/token-usage.js';
import { anthropicUsage } from '../usage/write-usage.js';
import { writeCitation } from './annotations.js';
import { toAnthropicToolId } from './tool-ids.js';

/** Writes a reply as an Anthropic stream. */
export class MessagesReplyWriter implements ReplyWriter {
  private started = false;
  private index = 0;
  private open: OpenPart | undefined;
  /** A reasoning block is announced with its first content, which tells whether it is redacted. */
  private announced = false;
  private refused = false;

  constructor(private readonly context: ReplyContext) {}

  write(event: ReplyEvent, usage: ReportedUsage | undefined): string {
    switch (event.type) {
      case 'start':
        return this.start(event.id, usage);
      case 'open':
        return this.start(undefined, usage) + this.openPart(event.part);
      case 'delta':
        return this.announce() + this.delta(event.text);
      case 'annotation': {
        const citation = writeCitation(event.annotation);
        return this.blockDelta({ type: 'citations_delta', citation });
      }
      case 'seal':
        return this.seal(event.seal);
      case 'close':
        return this.closePart();
      case 'ping':
        return keepAliveFrame('messages').toString();
      case 'finish':
        return this.start(undefined, usage) + this.finish(event, usage);
      case 'failed':
        return errorFrame('messages', event.error).toString();
    }
  }

  private start(id: string | undefined, usage: ReportedUsage | undefined): string {
    if (this.started) return '';
    this.started = true;
    const counts = anthropicUsage({ ...usage, outputTokens: 0 });
    const message = messageHead(id, this.context, [], null, null, counts);
    return frame({ type: 'message_start', message });
  }

  private openPart(part: OpenPart): string {
    this.open = part;
    this.announced = part.kind !== 'reasoning';
    this.refused ||= part.kind === 'refusal';
    if (part.kind === 'reasoning') return '';
    if (part.kind !== 'tool_call') return this.blockStart({ type: 'text', text: '' });
    const id = toAnthropicToolId(part.id);
    return this.blockStart({ type: 'tool_use', id, name: part.name, input: {} });
  }

  private announce(): string {
    if (this.announced) return '';
    this.announced = true;
    return this.blockStart({ type: 'thinking', thinking: '', signature: '' });
  }

  private delta(text: string): string {
    switch (this.open?.kind) {
      case 'reasoning':
        return this.blockDelta({ type: 'thinking_delta', thinking: text });
      case 'tool_call':
        return this.blockDelta({ type: 'input_json_delta', partial_json: text });
      default:
        return this.blockDelta({ type: 'text_delta', text });
    }
  }

  private seal(seal: ReasoningSeal): string {
    const value = writeSeal('anthropic', seal);
    if (seal.redacted && !this.announced) {
      this.announced = true;
      return this.blockStart({ type: 'redacted_thinking', data: value });
    }
    return this.announce() + this.blockDelta({ type: 'signature_delta', signature: value });
  }

  private closePart(): string {
    const text = this.announce() + frame({ type: 'content_block_stop', index: this.index });
    this.index++;
    this.open = undefined;
    return text;
  }

  private finish(
    event: Extract<ReplyEvent, { type: 'finish' }>,
    usage: ReportedUsage | undefined,
  ): string {
    const reason = this.refused ? 'content_filter' : event.reason;
    const stop_reason = toAnthropicReason(reason, event.stopSequence);
    const stop_sequence = event.stopSequence ?? null;
    const delta = { container: null, stop_reason, stop_sequence, stop_details: null };
    const counts = anthropicUsage(usage ?? {});
    return frame({ type: 'message_delta', delta, usage: counts }) + frame({ type: 'message_stop' });
  }

  private blockStart(content_block: JsonObject): string {
    return frame({ type: 'content_block_start', index: this.index, content_block });
  }

  private blockDelta(delta: JsonObject): string {
    const head = `{"type":"content_block_delta","index":${this.index},"delta":`;
    return encodeSse('content_block_delta', `${head}${JSON.stringify(delta)}}`);
  }
}

function frame(event: JsonObject & { type: string }): string {
  return encodeSse(event.type, JSON.stringify(event));
}

/** Writes a whole reply as an Anthropic message. */
export function writeMessagesReply(reply: Reply, context: ReplyContext): JsonObject {
  const refused = reply.parts.some((part) => part.kind === 'refusal');
  const reason = refused ? 'content_filter' : reply.finishReason;
  const cut = cutPart(reply);
  return messageHead(
    reply.id,
    context,
    reply.parts.map((part) => writePart(part, part === cut)),
    toAnthropicReason(reason, reply.stopSequence),
    reply.stopSequence ?? null,
    anthropicUsage(reply.usage ?? {}),
  );
}

function messageHead(
  id: string | undefined,
  context: ReplyContext,
  content: JsonObject[],
  stop_reason: string | null,
  stop_sequence: string | null,
  usage: JsonObject,
): JsonObject {
  return {
    id: id?.startsWith('msg_') ? id : `msg_${id ?? 'unknown'}`,
    type: 'message',
    role: 'assistant',
    model: context.model,
    content,
    container: null,
    stop_reason,
    stop_sequence,
    stop_details: null,
    usage,
  };
}

function writePart(part: ReplyPart, isCut: boolean): JsonObject {
  switch (part.kind) {
    case 'text': {
      // The AI SDK (@ai-sdk/anthropic 3.0.140) refuses the null that Anthropic's own types have here.
      const citations = part.annotations?.map(writeCitation);
      return present({ type: 'text', text: part.text, citations });
    }
    case 'refusal':
      return { type: 'text', text: part.text };
    case 'reasoning': {
      const signature = part.seal === undefined ? '' : writeSeal('anthropic', part.seal);
      if (part.seal?.redacted && part.text === '') {
        return { type: 'redacted_thinking', data: signature };
      }
      return { type: 'thinking', thinking: part.text, signature };
    }
    case 'tool_call': {
      const { id, name } = part;
      // Half an input is none.
      const input = isCut ? (parseObject(part.input) ?? {}) : toolInput(part.input);
      return { type: 'tool_use', id: toAnthropicToolId(id), name, input };
    }
  }
}
