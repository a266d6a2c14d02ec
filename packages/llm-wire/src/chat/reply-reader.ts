import { fromChatReason, isBrokenReason } from '../conversation/finish-reasons.js';
import type { OpenPart, ReplyEvent, ReplyReader } from '../conversation/events.js';
import { PartSequencer } from '../conversation/part-sequencer.js';
import { CUT_SHORT, GIVEN_UP } from '../errors/reply-fault.js';
import {
  arrayAt,
  isObject,
  numberAt,
  objectAt,
  parseObject,
  stringAt,
  type JsonObject,
} from '../json.js';
import { streamError } from '../sse/native-events.js';
import { usageOfTimings } from '../sse/running-counts.js';
import type { SseEvent } from '../sse/sse-parser.js';
import { UsageAccumulator } from '../usage/read-usage.js';
import type { FinishReason } from '../wire-format.js';
import { readChatAnnotation } from './annotations.js';
import { readReasoningDetails } from './reasoning-details.js';
import { ToolCallDeltas } from './tool-call-deltas.js';

/** The names of shown reasoning, the older one first. */
const REASONING = ['reasoning_content', 'reasoning'] as const;

type Shown = 'text' | 'refusal' | 'reasoning';

/** Reads a chat stream, OpenAI's or vLLM's: parts are implied there, and opened and closed here. */
export class ChatReplyReader implements ReplyReader {
  private readonly reported = new UsageAccumulator('chat');
  private readonly parts = new PartSequencer();
  private readonly calls = new ToolCallDeltas(this.parts);
  /** The part, not a tool call, that the next delta of its kind belongs to. */
  private current: { kind: Shown; key: string; sealed: boolean } | undefined;
  private shownParts = 0;
  private started = false;
  private reason: FinishReason | undefined;
  /** vLLM's `stop_reason`: the sequence that stopped the reply, or the id of a token. */
  private stopSequence: string | undefined;
  private ended = false;
  private covered = false;

  get usage() {
    return this.reported.usage;
  }

  get usageCovers() {
    return this.covered && this.usage?.inputTokens !== undefined;
  }

  read({ event, data }: SseEvent): ReplyEvent[] {
    if (this.ended) return [];
    if (data === '[DONE]') return this.end();
    const payload = parseObject(data);
    if (payload === undefined) return [];
    const error = streamError(event, payload);
    if (error !== undefined) return this.endWith({ type: 'failed', error });
    const choices = arrayAt(payload, 'choices');
    const counts =
      payload['usage'] ?? objectAt(choices[0], 'usage') ?? usageOfTimings(payload['timings']);
    this.reported.add(counts);
    if (choices.length > 0) this.covered = isObject(counts);
    const events = this.start(payload);
    for (const choice of choices.filter(isObject)) {
      // A whole reply has a message where a stream has deltas.
      const delta = objectAt(choice, 'delta') ?? objectAt(choice, 'message') ?? {};
      events.push(...this.delta(delta, objectAt(choice, 'logprobs')));
      const reason = stringAt(choice, 'finish_reason');
      if (reason === undefined) continue;
      if (isBrokenReason(reason)) {
        return [...events, ...this.endWith({ type: 'failed', error: GIVEN_UP })];
      }
      this.reason = fromChatReason(reason);
      this.stopSequence = stringAt(choice, 'stop_reason');
      events.push(...this.parts.closeAll());
      this.current = undefined;
    }
    return events;
  }

  /** The usage chunk follows the reason, so the reply ends here and not with the reason. */
  end(): ReplyEvent[] {
    if (this.ended) return [];
    if (this.reason === undefined) return this.endWith({ type: 'failed', error: CUT_SHORT });
    const { reason, stopSequence } = this;
    return this.endWith({ type: 'finish', reason, stopSequence });
  }

  private endWith(last: ReplyEvent): ReplyEvent[] {
    this.ended = true;
    return [last];
  }

  private start(payload: JsonObject): ReplyEvent[] {
    if (this.started) return [];
    this.started = true;
    const created = numberAt(payload, 'created');
    return [{ type: 'start', id: stringAt(payload, 'id'), created }];
  }

  private delta(delta: JsonObject, logprobs: JsonObject | undefined): ReplyEvent[] {
    const events = this.reasoning(delta);
    const text = stringAt(delta, 'content');
    const tokens = this.ownTokens(delta, text ?? '', arrayAt(logprobs, 'content'));
    if (text || tokens.length > 0) {
      const event: ReplyEvent = { type: 'delta', text: text ?? '' };
      if (tokens.length > 0) event.logprobs = tokens;
      events.push(...this.show('text', event));
    }
    for (const raw of arrayAt(delta, 'annotations').filter(isObject)) {
      events.push(
        ...this.show('text', { type: 'annotation', annotation: readChatAnnotation(raw) }),
      );
    }
    const refusal = stringAt(delta, 'refusal');
    if (refusal) events.push(...this.show('refusal', { type: 'delta', text: refusal }));
    for (const call of arrayAt(delta, 'tool_calls').filter(isObject)) {
      events.push(...this.leaveCurrent(), ...this.calls.read(call));
    }
    return events;
  }

  /** Log probabilities of a text's own tokens: servers give those of reasoning and of calls as well. */
  private ownTokens(delta: JsonObject, text: string, tokens: unknown[]): unknown[] {
    const isMixed =
      REASONING.some((key) => stringAt(delta, key)) || arrayAt(delta, 'tool_calls').length > 0;
    if (isMixed) return text === '' ? [] : tokensOf(text, tokens);
    return text === '' && this.current?.kind === 'reasoning' ? [] : tokens;
  }

  private reasoning(delta: JsonObject): ReplyEvent[] {
    const [text] = REASONING.map((key) => stringAt(delta, key)).filter(
      (shown) => shown !== undefined,
    );
    const details = readReasoningDetails(arrayAt(delta, 'reasoning_details'));
    const isWhole = details.length > 0 && details.map((part) => part.text).join('') === text;
    const events = text && !isWhole ? this.show('reasoning', { type: 'delta', text }) : [];
    for (const part of details) {
      // A seal that comes after streamed text repeats it; one that comes alone brings its own.
      const opened = this.current?.kind === 'reasoning' && !this.current.sealed;
      if (!opened && part.text !== '') {
        events.push(...this.show('reasoning', { type: 'delta', text: part.text }));
      }
      if (part.seal === undefined) continue;
      events.push(...this.show('reasoning', { type: 'seal', seal: part.seal }));
      if (this.current !== undefined) this.current.sealed = true;
    }
    return events;
  }

  private show(kind: Shown, event: ReplyEvent): ReplyEvent[] {
    const events: ReplyEvent[] = [];
    const continues =
      this.current?.kind === kind && !(this.current.sealed && event.type !== 'annotation');
    if (!continues) {
      events.push(...this.leaveCurrent(), ...this.calls.closeComplete());
      const part: OpenPart = { kind };
      this.current = { kind, key: `${kind}${this.shownParts++}`, sealed: false };
      events.push(...this.parts.open(this.current.key, part));
    }
    events.push(...this.parts.add(this.current!.key, event));
    return events;
  }

  private leaveCurrent(): ReplyEvent[] {
    const left = this.current;
    this.current = undefined;
    return left === undefined ? [] : this.parts.close(left.key);
  }
}

/** The last tokens that make up the text; none where they do not. */
function tokensOf(text: string, tokens: unknown[]): unknown[] {
  let joined = '';
  for (let from = tokens.length - 1; from >= 0; from--) {
    joined = (stringAt(tokens[from], 'token') ?? '') + joined;
    if (joined.length < text.length) continue;
    if (joined.trim() === text.trim()) return tokens.slice(from);
  }
  return [];
}

/** A whole chat completion, as the stream that it would have been; a choice without a message is none. */
export function readChatReply(body: JsonObject): ReplyEvent[] {
  const isWhole = arrayAt(body, 'choices').every((choice) => objectAt(choice, 'message'));
  if (!isWhole && !('error' in body)) return [{ type: 'failed', error: CUT_SHORT }];
  const reader = new ChatReplyReader();
  const events = reader.read({ event: '', data: JSON.stringify(body) });
  return [...events, ...reader.end()];
}
