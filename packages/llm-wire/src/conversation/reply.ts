import { MAX_REPLY_PARTS } from '../bounds.js';
import type { ReportedUsage } from '../usage/token-usage.js';
import type { FinishReason } from '../wire-format.js';
import type { OpenPart, ReplyEvent } from './events.js';
import type { ReasoningPart, RefusalPart, TextPart, ToolCallPart } from './request.js';

export type ReplyPart = TextPart | RefusalPart | ReasoningPart | ToolCallPart;

/** A whole reply. */
export interface Reply {
  id?: string;
  created?: number;
  parts: ReplyPart[];
  finishReason: FinishReason;
  stopSequence?: string | null;
  usage?: ReportedUsage;
}

/** Whether a reply that ends so was cut before its model was done. */
export function isCutShort(reason: FinishReason): boolean {
  return reason === 'length' || reason === 'content_filter';
}

/** The part in which a reply was cut. */
export function cutPart(reply: Reply): ReplyPart | undefined {
  return isCutShort(reply.finishReason) ? reply.parts.at(-1) : undefined;
}

/** An upstream reply that cannot be read; the caller gets a 502. */
export class WireReplyError extends Error {
  override readonly name = 'WireReplyError';
}

/** Folds a stream's events into the reply that the same request would have got without streaming. */
export class ReplyFold {
  private readonly reply: Reply = { parts: [], finishReason: 'unknown' };
  private open: ReplyPart | undefined;
  /** The open part's text, joined when it closes. */
  private texts: string[] = [];

  add(event: ReplyEvent): void {
    switch (event.type) {
      case 'start':
        this.reply.id = event.id;
        this.reply.created = event.created;
        break;
      case 'open':
        this.openPart(event.part);
        break;
      case 'delta':
        this.texts.push(event.text);
        if (event.logprobs !== undefined && this.open?.kind === 'text') {
          (this.open.logprobs ??= []).push(...event.logprobs);
        }
        break;
      case 'annotation':
        if (this.open?.kind === 'text') (this.open.annotations ??= []).push(event.annotation);
        break;
      case 'seal':
        if (this.open?.kind === 'reasoning') this.open.seal = event.seal;
        break;
      case 'close':
        this.closePart();
        break;
      case 'finish':
        this.reply.finishReason = event.reason;
        if (event.stopSequence !== undefined) this.reply.stopSequence = event.stopSequence;
        break;
      default:
    }
  }

  /** The reply so far, an open part included. */
  result(usage: ReportedUsage | undefined): Reply {
    this.closePart();
    return { ...this.reply, usage };
  }

  get partCount(): number {
    return this.reply.parts.length;
  }

  private openPart(part: OpenPart): void {
    if (this.reply.parts.length >= MAX_REPLY_PARTS) {
      throw new WireReplyError(`the reply has more than ${MAX_REPLY_PARTS} parts`);
    }
    this.open = part.kind === 'tool_call' ? { ...part, input: '' } : { ...part, text: '' };
    this.reply.parts.push(this.open);
  }

  private closePart(): void {
    if (this.open === undefined) return;
    const text = this.texts.join('');
    if (this.open.kind === 'tool_call') this.open.input = text;
    else this.open.text = text;
    this.open = undefined;
    this.texts = [];
  }
}

/** The events of a whole reply, so that readers of whole replies and of streams share one form. */
export function* eventsOf(reply: Reply): Generator<ReplyEvent> {
  yield { type: 'start', id: reply.id, created: reply.created };
  for (const part of reply.parts) {
    if (part.kind === 'tool_call') {
      const { input: _, cacheControl: __, ...call } = part;
      yield { type: 'open', part: call };
    } else {
      yield { type: 'open', part: { kind: part.kind } };
    }
    const text = part.kind === 'tool_call' ? part.input : part.text;
    const logprobs = part.kind === 'text' ? part.logprobs : undefined;
    if (text !== '' || logprobs !== undefined) yield { type: 'delta', text, logprobs };
    if (part.kind === 'text') {
      for (const annotation of part.annotations ?? []) yield { type: 'annotation', annotation };
    }
    if (part.kind === 'reasoning' && part.seal) yield { type: 'seal', seal: part.seal };
    yield { type: 'close' };
  }
  yield { type: 'finish', reason: reply.finishReason, stopSequence: reply.stopSequence };
}
