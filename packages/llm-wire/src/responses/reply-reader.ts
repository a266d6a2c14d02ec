import type { OpenPart, ReplyEvent, ReplyReader } from '../conversation/events.js';
import { PartSequencer } from '../conversation/part-sequencer.js';
import { readSeal } from '../conversation/seals.js';
import { CUT_SHORT } from '../errors/reply-fault.js';
import {
  arrayAt,
  isObject,
  numberAt,
  objectAt,
  parseObject,
  stringAt,
  type JsonObject,
} from '../json.js';
import { responsesReason, streamError } from '../sse/native-events.js';
import type { SseEvent } from '../sse/sse-parser.js';
import { UsageAccumulator } from '../usage/read-usage.js';
import { readResponsesAnnotation } from './annotations.js';

/** Separates the parts of a reasoning summary, which other formats show as one text. */
const SUMMARY_BREAK = '\n\n';

/** Reads a Responses stream. Whatever came without deltas is taken from the event that ends it. */
export class ResponsesReplyReader implements ReplyReader {
  private readonly reported = new UsageAccumulator('responses');
  private readonly parts = new PartSequencer();
  /** Keys of parts that have had text. */
  private readonly filled = new Set<string>();
  /** Items that a part was opened for, by output index. */
  private readonly seen = new Set<number>();
  private started = false;
  private ended = false;

  get usage() {
    return this.reported.usage;
  }

  read({ event, data }: SseEvent): ReplyEvent[] {
    const payload = parseObject(data);
    if (payload === undefined || this.ended) return [];
    const error = streamError(event, payload);
    if (error !== undefined) return this.endWith({ type: 'failed', error });
    const type = stringAt(payload, 'type') ?? '';
    const response = objectAt(payload, 'response');
    if (type === 'response.completed' || type === 'response.incomplete') {
      return this.completed(response ?? {});
    }
    if (response !== undefined) return this.start(response);
    if (type.startsWith('response.output_item.')) return this.item(payload, type.endsWith('.done'));
    return this.inside(type, payload);
  }

  end(): ReplyEvent[] {
    return this.ended ? [] : this.endWith({ type: 'failed', error: CUT_SHORT });
  }

  private endWith(...last: ReplyEvent[]): ReplyEvent[] {
    this.ended = true;
    return last;
  }

  private start(response: JsonObject): ReplyEvent[] {
    if (this.started) return [];
    this.started = true;
    const created = numberAt(response, 'created_at');
    return [{ type: 'start', id: stringAt(response, 'id'), created }];
  }

  private completed(response: JsonObject): ReplyEvent[] {
    const events = this.start(response);
    this.reported.add(response['usage']);
    arrayAt(response, 'output').forEach((item, index) => {
      if (isObject(item) && !this.seen.has(index)) events.push(...this.wholeItem(index, item));
    });
    events.push(...this.parts.closeAll());
    return this.endWith(...events, { type: 'finish', reason: responsesReason(response) });
  }

  private item(payload: JsonObject, done: boolean): ReplyEvent[] {
    const index = numberAt(payload, 'output_index') ?? 0;
    const item = objectAt(payload, 'item') ?? {};
    if (done)
      return this.seen.has(index) ? this.closeItem(index, item) : this.wholeItem(index, item);
    const part = partOfItem(item);
    if (part === undefined) return [];
    this.seen.add(index);
    return this.parts.open(itemKey(index), part);
  }

  /** Events that belong to a part of an item. */
  private inside(type: string, payload: JsonObject): ReplyEvent[] {
    const index = numberAt(payload, 'output_index') ?? 0;
    const contentKey = partKey(index, numberAt(payload, 'content_index') ?? 0);
    switch (type) {
      case 'response.content_part.added':
        return this.openContent(index, contentKey, objectAt(payload, 'part') ?? {});
      case 'response.output_text.delta':
      case 'response.refusal.delta':
        return this.text(contentKey, stringAt(payload, 'delta'), arrayAt(payload, 'logprobs'));
      case 'response.output_text.annotation.added': {
        const annotation = readResponsesAnnotation(objectAt(payload, 'annotation') ?? {});
        return this.parts.add(contentKey, { type: 'annotation', annotation });
      }
      case 'response.content_part.done':
        return this.closeContent(contentKey, objectAt(payload, 'part') ?? {});
      case 'response.function_call_arguments.delta':
      case 'response.custom_tool_call_input.delta':
      case 'response.reasoning_summary_text.delta':
      case 'response.reasoning_text.delta':
        return this.text(itemKey(index), stringAt(payload, 'delta'));
      case 'response.reasoning_summary_part.added':
        return this.filled.has(itemKey(index)) ? this.text(itemKey(index), SUMMARY_BREAK) : [];
      case 'response.function_call_arguments.done':
        return this.fill(itemKey(index), stringAt(payload, 'arguments'));
      case 'response.custom_tool_call_input.done':
        return this.fill(itemKey(index), stringAt(payload, 'input'));
      default:
        return [];
    }
  }

  private openContent(index: number, key: string, part: JsonObject): ReplyEvent[] {
    const type = stringAt(part, 'type');
    if (type !== 'output_text' && type !== 'refusal') return [];
    this.seen.add(index);
    return this.parts.open(key, { kind: type === 'refusal' ? 'refusal' : 'text' });
  }

  private closeContent(key: string, part: JsonObject): ReplyEvent[] {
    const text = stringAt(part, 'text') ?? stringAt(part, 'refusal');
    return [...this.fill(key, text), ...this.parts.close(key)];
  }

  private closeItem(index: number, item: JsonObject): ReplyEvent[] {
    const key = itemKey(index);
    const events = this.fill(key, textOfItem(item));
    const seal = readSeal('openai', stringAt(item, 'encrypted_content'));
    if (seal !== undefined) events.push(...this.parts.add(key, { type: 'seal', seal }));
    events.push(...this.parts.close(key));
    arrayAt(item, 'content').forEach((part, content) => {
      if (isObject(part)) events.push(...this.closeContent(partKey(index, content), part));
    });
    return events;
  }

  /** An item that no event has opened. */
  private wholeItem(index: number, item: JsonObject): ReplyEvent[] {
    const events: ReplyEvent[] = [];
    const part = partOfItem(item);
    this.seen.add(index);
    if (part !== undefined) events.push(...this.parts.open(itemKey(index), part));
    if (item['type'] === 'message') {
      arrayAt(item, 'content').forEach((raw, content) => {
        if (isObject(raw)) events.push(...this.wholeContent(index, partKey(index, content), raw));
      });
    }
    return [...events, ...this.closeItem(index, item)];
  }

  private wholeContent(index: number, key: string, part: JsonObject): ReplyEvent[] {
    const events = this.openContent(index, key, part);
    events.push(...this.text(key, stringAt(part, 'text'), arrayAt(part, 'logprobs')));
    for (const raw of arrayAt(part, 'annotations').filter(isObject)) {
      const annotation = readResponsesAnnotation(raw);
      events.push(...this.parts.add(key, { type: 'annotation', annotation }));
    }
    return [...events, ...this.closeContent(key, part)];
  }

  private text(key: string, text: string | undefined, logprobs: unknown[] = []): ReplyEvent[] {
    if (!text && logprobs.length === 0) return [];
    this.filled.add(key);
    const delta: ReplyEvent = { type: 'delta', text: text ?? '' };
    if (logprobs.length > 0) delta.logprobs = logprobs;
    return this.parts.add(key, delta);
  }

  private fill(key: string, text: string | undefined): ReplyEvent[] {
    return this.filled.has(key) ? [] : this.text(key, text);
  }
}

const itemKey = (index: number): string => `${index}`;
const partKey = (index: number, content: number): string => `${index}.${content}`;

/** Messages are opened part by part, and hosted tools' items are not parts of a reply. */
function partOfItem(item: JsonObject): OpenPart | undefined {
  const id = stringAt(item, 'call_id') ?? stringAt(item, 'id') ?? '';
  const name = stringAt(item, 'name') ?? '';
  switch (item['type']) {
    case 'reasoning':
      return { kind: 'reasoning' };
    case 'function_call':
      return { kind: 'tool_call', id, name, freeform: false };
    case 'custom_tool_call':
      return { kind: 'tool_call', id, name, freeform: true };
    default:
      return undefined;
  }
}

function textOfItem(item: JsonObject): string | undefined {
  if (item['type'] !== 'reasoning') return stringAt(item, 'arguments') ?? stringAt(item, 'input');
  const shown = arrayAt(item, 'summary');
  const texts = (shown.length > 0 ? shown : arrayAt(item, 'content')).map((p) =>
    stringAt(p, 'text'),
  );
  return texts.join(SUMMARY_BREAK);
}

/** A whole response, as the stream that it would have been. */
export function readResponsesReply(body: JsonObject): ReplyEvent[] {
  const type = hasEnded(body) ? 'response.completed' : 'response.failed';
  const reader = new ResponsesReplyReader();
  return reader.read({ event: '', data: JSON.stringify({ type, response: body }) });
}

/** An error under 200, or a response that is still queued, is no reply. */
function hasEnded({ status, error, output }: JsonObject): boolean {
  const ended = status === undefined || status === 'completed' || status === 'incomplete';
  return ended && !error && Array.isArray(output);
}
