import type { OpenPart, ReplyEvent, ReplyWriter } from '../conversation/events.js';
import type { Reply, ReplyPart } from '../conversation/reply.js';
import type { ReplyContext } from '../conversation/reply-context.js';
import { errorFrame, keepAliveFrame } from '../errors/error-frame.js';
import type { JsonObject } from '../json.js';
import { encodeSse } from '../encode-sse.js';
import type { ReportedUsage } from '../usage/token-usage.js';
import { writeResponsesAnnotation } from './annotations.js';
import {
  contentPart,
  finalStatus,
  itemId,
  outputItem,
  responseId,
  responseObject,
  type ItemStatus,
  type ResponseStatus,
} from './response-object.js';

/** Open Responses ends its streams with it; OpenAI's own clients take it. */
const DONE = encodeSse(undefined, '[DONE]');

interface OpenItem {
  part: ReplyPart;
  id: string;
  texts: string[];
  /** The members that its events have in common, as JSON text that more members follow. */
  place: string;
}

/** Writes a reply as Responses events, numbered, one output item a part. */
export class ResponsesReplyWriter implements ReplyWriter {
  private sequence = 0;
  private started = false;
  private readonly reply: Reply = { parts: [], finishReason: 'unknown' };
  private readonly output: JsonObject[] = [];
  private open: OpenItem | undefined;
  /** An item that has ended: whether the reply was cut in it is known with what follows. */
  private ended: OpenItem | undefined;

  constructor(private readonly context: ReplyContext) {}

  write(event: ReplyEvent, usage: ReportedUsage | undefined): string {
    switch (event.type) {
      case 'start':
        this.reply.id = event.id;
        this.reply.created = event.created;
        return this.start();
      case 'open':
        return this.start() + this.endItem('completed') + this.openPart(event.part);
      case 'delta':
        return this.delta(event.text, event.logprobs);
      case 'annotation':
        return this.annotation(event);
      case 'seal':
        if (this.open?.part.kind === 'reasoning') this.open.part.seal = event.seal;
        return '';
      case 'close':
        return this.closePart();
      case 'ping':
        return keepAliveFrame('responses').toString();
      case 'finish': {
        this.reply.finishReason = event.reason;
        this.reply.usage = usage;
        const status = finalStatus(this.reply);
        const before = this.start() + this.endItem(status);
        const last = this.frame(`response.${status}`, '', { response: this.response(status) });
        return before + last + DONE;
      }
      case 'failed': {
        this.reply.usage = usage;
        const before = this.endItem('completed');
        const reply = { sequenceNumber: this.sequence++, response: this.response('failed') };
        return before + errorFrame('responses', event.error, reply).toString() + DONE;
      }
    }
  }

  private start(): string {
    if (this.started) return '';
    this.started = true;
    const response = this.response('in_progress');
    return (
      this.frame('response.created', '', { response }) +
      this.frame('response.in_progress', '', { response })
    );
  }

  private response(status: ResponseStatus): JsonObject {
    return responseObject(this.reply, status, this.output, this.context);
  }

  private openPart(opened: OpenPart): string {
    const part: ReplyPart =
      opened.kind === 'tool_call' ? { ...opened, input: '' } : { ...opened, text: '' };
    const id = itemId(part, responseId(this.reply.id), this.output.length);
    const place = `${this.outputIndex()}"item_id":${JSON.stringify(id)},`;
    this.open = { part, id, texts: [], place };
    const item = outputItem(part, id, 'in_progress');
    if (part.kind === 'text' || part.kind === 'refusal') item['content'] = [];
    const added = this.frame('response.output_item.added', this.outputIndex(), { item });
    return added + this.openContent(part);
  }

  private openContent(part: ReplyPart): string {
    if (part.kind !== 'text' && part.kind !== 'refusal') return '';
    return this.contentFrame('response.content_part.added', { part: contentPart(part) });
  }

  private delta(text: string, logprobs: unknown[] = []): string {
    const open = this.open;
    if (open === undefined) return '';
    const first = open.texts.length === 0;
    open.texts.push(text);
    switch (open.part.kind) {
      case 'text':
        if (logprobs.length > 0) (open.part.logprobs ??= []).push(...logprobs);
        return this.contentFrame('response.output_text.delta', { delta: text, logprobs });
      case 'refusal':
        return this.contentFrame('response.refusal.delta', { delta: text });
      case 'tool_call':
        // Their items are whole only at their end.
        if (open.part.clientTool !== undefined) return '';
        return this.itemFrame(`response.${toolEvent(open.part.freeform)}.delta`, { delta: text });
      case 'reasoning':
        return (first ? this.openSummary() : '') + this.summaryFrame('text.delta', { delta: text });
    }
  }

  private annotation({ annotation }: Extract<ReplyEvent, { type: 'annotation' }>): string {
    if (this.open?.part.kind !== 'text') return '';
    const all = (this.open.part.annotations ??= []);
    all.push(annotation);
    return this.contentFrame('response.output_text.annotation.added', {
      annotation_index: all.length - 1,
      annotation: writeResponsesAnnotation(annotation),
    });
  }

  private closePart(): string {
    const open = this.open;
    if (open === undefined) return '';
    const { part } = open;
    const text = open.texts.join('');
    if (part.kind === 'tool_call') part.input = text;
    else part.text = text;
    const done = this.endContent(part, text);
    this.open = undefined;
    this.ended = open;
    return done;
  }

  private endItem(status: ItemStatus): string {
    if (this.ended === undefined) return '';
    const item = outputItem(this.ended.part, this.ended.id, status);
    const done = this.frame('response.output_item.done', this.outputIndex(), { item });
    this.output.push(item);
    this.ended = undefined;
    return done;
  }

  private endContent(part: ReplyPart, text: string): string {
    switch (part.kind) {
      case 'text': {
        const whole = contentPart(part);
        const { logprobs } = whole;
        return (
          this.contentFrame('response.output_text.done', { text, logprobs }) +
          this.contentFrame('response.content_part.done', { part: whole })
        );
      }
      case 'refusal':
        return (
          this.contentFrame('response.refusal.done', { refusal: text }) +
          this.contentFrame('response.content_part.done', { part: contentPart(part) })
        );
      case 'reasoning':
        if (text === '') return '';
        return (
          this.summaryFrame('text.done', { text }) +
          this.summaryFrame('part.done', { part: { type: 'summary_text', text } })
        );
      case 'tool_call': {
        if (part.clientTool !== undefined) return '';
        const name = `response.${toolEvent(part.freeform)}.done`;
        if (part.freeform) return this.itemFrame(name, { input: text });
        return this.itemFrame(name, { name: part.name, arguments: text });
      }
    }
  }

  private openSummary(): string {
    return this.summaryFrame('part.added', { part: { type: 'summary_text', text: '' } });
  }

  private summaryFrame(name: string, fields: JsonObject): string {
    return this.itemFrame(`response.reasoning_summary_${name}`, fields, '"summary_index":0,');
  }

  private contentFrame(type: string, fields: JsonObject): string {
    return this.itemFrame(type, fields, '"content_index":0,');
  }

  private itemFrame(type: string, fields: JsonObject, index = ''): string {
    return this.frame(type, (this.open?.place ?? '') + index, fields);
  }

  private outputIndex(): string {
    return `"output_index":${this.output.length},`;
  }

  /** `place` is JSON text before the fields, of which there is at least one. */
  private frame(type: string, place: string, fields: JsonObject): string {
    const head = `{"type":"${type}","sequence_number":${this.sequence++},${place}`;
    return encodeSse(type, head + JSON.stringify(fields).slice(1));
  }
}

function toolEvent(freeform: boolean): string {
  return freeform ? 'custom_tool_call_input' : 'function_call_arguments';
}
