import { fromAnthropicReason } from '../conversation/finish-reasons.js';
import type { OpenPart, ReplyEvent, ReplyReader } from '../conversation/events.js';
import { PartSequencer } from '../conversation/part-sequencer.js';
import { readSeal } from '../conversation/seals.js';
import { CUT_SHORT } from '../errors/reply-fault.js';
import { arrayAt, isObject, objectAt, parseObject, stringAt, type JsonObject } from '../json.js';
import { startedUsage, streamError } from '../sse/native-events.js';
import type { SseEvent } from '../sse/sse-parser.js';
import { UsageAccumulator } from '../usage/read-usage.js';
import { readCitation } from './annotations.js';
import { fromAnthropicToolId } from './tool-ids.js';

/** Reads an Anthropic stream. */
export class MessagesReplyReader implements ReplyReader {
  private readonly reported = new UsageAccumulator('messages');
  private readonly parts = new PartSequencer();
  /** Tool calls that have had no input yet, by block index. */
  private readonly emptyCalls = new Map<string, string>();
  private finish: ReplyEvent | undefined;
  private ended = false;

  get usage() {
    return this.reported.usage;
  }

  read({ event, data }: SseEvent): ReplyEvent[] {
    const payload = parseObject(data);
    if (payload === undefined || this.ended) return [];
    const error = streamError(event, payload);
    if (error !== undefined) return this.endWith({ type: 'failed', error });
    const key = String(payload['index']);
    switch (stringAt(payload, 'type')) {
      case 'message_start': {
        const message = objectAt(payload, 'message');
        this.reported.add(startedUsage(message));
        return [{ type: 'start', id: stringAt(message, 'id') }];
      }
      case 'content_block_start':
        return this.openBlock(key, objectAt(payload, 'content_block') ?? {});
      case 'content_block_delta':
        return this.delta(key, objectAt(payload, 'delta') ?? {});
      case 'content_block_stop':
        return this.closeBlock(key);
      case 'message_delta':
        this.reported.add(payload['usage']);
        this.messageDelta(objectAt(payload, 'delta') ?? {});
        return [];
      case 'message_stop':
        return this.end();
      case 'ping':
        return [{ type: 'ping' }];
      default:
        return [];
    }
  }

  end(): ReplyEvent[] {
    if (this.ended) return [];
    if (this.finish === undefined) return this.endWith({ type: 'failed', error: CUT_SHORT });
    return this.endWith(this.finish);
  }

  private endWith(last: ReplyEvent): ReplyEvent[] {
    this.ended = true;
    return last.type === 'failed' ? [last] : [...this.parts.closeAll(), last];
  }

  private messageDelta(delta: JsonObject): void {
    const reason = stringAt(delta, 'stop_reason');
    if (reason === undefined) return;
    const stopSequence = stringAt(delta, 'stop_sequence');
    this.finish = { type: 'finish', reason: fromAnthropicReason(reason), stopSequence };
  }

  private openBlock(key: string, block: JsonObject): ReplyEvent[] {
    const part = partOf(block);
    if (part === undefined) return [];
    const events = this.parts.open(key, part);
    if (part.kind === 'tool_call') {
      const input = objectAt(block, 'input') ?? {};
      this.emptyCalls.set(key, JSON.stringify(input));
      return events;
    }
    const text = stringAt(block, 'text') ?? stringAt(block, 'thinking') ?? '';
    if (text !== '') events.push(...this.parts.add(key, { type: 'delta', text }));
    for (const citation of arrayAt(block, 'citations').filter(isObject)) {
      events.push(
        ...this.parts.add(key, { type: 'annotation', annotation: readCitation(citation) }),
      );
    }
    const signature = stringAt(block, 'signature') ?? '';
    if (signature !== '') events.push(...this.seal(key, signature));
    const data = stringAt(block, 'data');
    if (data !== undefined) events.push(...this.seal(key, data, true));
    return events;
  }

  private delta(key: string, delta: JsonObject): ReplyEvent[] {
    switch (stringAt(delta, 'type')) {
      case 'text_delta':
        return this.text(key, stringAt(delta, 'text'));
      case 'thinking_delta':
        return this.text(key, stringAt(delta, 'thinking'));
      case 'input_json_delta': {
        const json = stringAt(delta, 'partial_json');
        if (json) this.emptyCalls.delete(key);
        return this.text(key, json);
      }
      case 'signature_delta':
        return this.seal(key, stringAt(delta, 'signature') ?? '');
      case 'citations_delta': {
        const annotation = readCitation(objectAt(delta, 'citation') ?? {});
        return this.parts.add(key, { type: 'annotation', annotation });
      }
      default:
        return [];
    }
  }

  private text(key: string, text: string | undefined): ReplyEvent[] {
    return text ? this.parts.add(key, { type: 'delta', text }) : [];
  }

  private seal(key: string, value: string, redacted?: boolean): ReplyEvent[] {
    const seal = readSeal('anthropic', value);
    if (seal === undefined) return [];
    if (seal.vendor === 'anthropic' && redacted) seal.redacted = true;
    return this.parts.add(key, { type: 'seal', seal });
  }

  private closeBlock(key: string): ReplyEvent[] {
    const input = this.emptyCalls.get(key);
    this.emptyCalls.delete(key);
    return [...this.text(key, input), ...this.parts.close(key)];
  }
}

/** Blocks of hosted tools, which are never asked for, are not parts of a reply. */
function partOf(block: JsonObject): OpenPart | undefined {
  switch (stringAt(block, 'type')) {
    case 'text':
      return { kind: 'text' };
    case 'thinking':
    case 'redacted_thinking':
      return { kind: 'reasoning' };
    case 'tool_use': {
      const id = fromAnthropicToolId(stringAt(block, 'id') ?? '');
      return { kind: 'tool_call', id, name: stringAt(block, 'name') ?? '', freeform: false };
    }
    default:
      return undefined;
  }
}

/** A whole message, as the stream that it would have been. */
export function readMessagesReply(body: JsonObject): ReplyEvent[] {
  const reader = new MessagesReplyReader();
  const frames: JsonObject[] = [{ type: 'message_start', message: body }];
  arrayAt(body, 'content').forEach((content_block, index) => {
    frames.push({ type: 'content_block_start', index, content_block });
    frames.push({ type: 'content_block_stop', index });
  });
  const { stop_reason, stop_sequence } = body;
  frames.push({ type: 'message_delta', delta: { stop_reason, stop_sequence } });
  const events = frames.flatMap((frame) => reader.read({ event: '', data: JSON.stringify(frame) }));
  return [...events, ...reader.end()];
}
