import { asBuffer } from '../bytes.js';
import type { ApiError } from '../errors/api-error.js';
import { CUT_SHORT } from '../errors/reply-fault.js';
import { errorFrame } from '../errors/error-frame.js';
import { MAX_SSE_EVENT_BYTES } from '../bounds.js';
import { estimateTokens, type ReportedUsage } from '../usage/token-usage.js';
import { UsageAccumulator } from '../usage/read-usage.js';
import type { FinishReason, WireFormat } from '../wire-format.js';
import { encodeSse } from '../encode-sse.js';
import { endOfEvent, endOfLastEvent } from './event-boundary.js';
import { eventFacts, type EventFacts } from './native-events.js';
import { OutputMeter, mayHoldFacts } from './needles.js';
import { Replacer, type Replacements } from './replacements.js';
import { RunningCounts, type CountsAsked } from './running-counts.js';
import { SseLimitError, SseParser } from './sse-parser.js';
import type { Reword, StreamOutcome, StreamProgress } from './stream-progress.js';

/** What a format ends with; Responses ends with an event that only the upstream can write. */
const TERMINAL: Readonly<Record<WireFormat, string | undefined>> = {
  chat: encodeSse(undefined, '[DONE]'),
  messages: encodeSse('message_stop', '{"type":"message_stop"}'),
  responses: undefined,
};

export interface StreamTailOptions {
  format: WireFormat;
  /** Chat: take the usage chunk away, which the caller did not ask for. */
  stripUsage?: boolean;
  /** Chat: how many choices were asked for; the reply is complete when all have ended. Default 1. */
  choices?: number;
  /** Chat: the upstream was asked to count in each chunk; what of it the caller wants. */
  countsAsked?: CountsAsked;
  replacements?: Replacements;
  /** The request's id, for error frames that name one. */
  requestId?: string;
  reword?: Reword;
}

const EMPTY = Buffer.alloc(0);

/**
 * Native pass-through of a stream: whole events are handed on byte for byte, and only those that may
 * carry usage, a reason or an error are parsed. An incomplete event is kept back, so that an error
 * frame can follow at any time.
 */
export class StreamTail {
  private held: Uint8Array[] = [];
  private heldBytes = 0;
  private readonly usage: UsageAccumulator;
  private finishReason: FinishReason | undefined;
  private readonly finishedChoices = new Set<number>();
  private outcome: StreamOutcome | undefined;
  private error: ApiError | undefined;
  private bytes = 0;
  private events = 0;
  private readonly output: OutputMeter;
  private readonly counts: RunningCounts | undefined;
  private readonly replacer: Replacer | undefined;

  constructor(private readonly options: StreamTailOptions) {
    const { format, countsAsked, replacements } = options;
    this.usage = new UsageAccumulator(format);
    this.output = new OutputMeter(format);
    this.counts = countsAsked === undefined ? undefined : new RunningCounts(countsAsked);
    this.replacer = replacements === undefined ? undefined : new Replacer(replacements);
  }

  get hasEnded(): boolean {
    return this.outcome !== undefined;
  }

  get progress(): StreamProgress {
    this.usage.add(this.counts?.take());
    const usage = this.usage.usage;
    const covered = this.counts?.coverOutput === true && usage?.inputTokens !== undefined;
    return {
      usage,
      usageFinal: covered || usageIsFinal(usage, this.finishReason),
      finishReason: this.finishReason,
      outcome: this.outcome,
      error: this.error,
      bytes: this.bytes,
      events: this.events,
      estimatedOutputTokens: Math.max(this.output.deltas, estimateTokens(this.output.bytes)),
    };
  }

  /** The bytes to hand on. Throws `SseLimitError` on an event without end. */
  push(chunk: Uint8Array): Buffer {
    if (this.outcome !== undefined) return EMPTY;
    const complete = this.takeComplete(asBuffer(chunk));
    return complete.length === 0 ? EMPTY : this.handOn(complete);
  }

  /** The upstream closed. */
  end(): Buffer {
    if (this.outcome !== undefined) return EMPTY;
    const rest = this.lastEvent();
    const passed = rest.length === 0 ? EMPTY : this.handOn(rest);
    if (this.hasEnded) return passed;
    if (this.error !== undefined) return Buffer.concat([passed, this.fail(this.error)]);
    const terminal = TERMINAL[this.options.format];
    if (this.finishReason === undefined || terminal === undefined) {
      return Buffer.concat([passed, this.fail(CUT_SHORT)]);
    }
    this.outcome = 'completed';
    this.bytes += terminal.length;
    return Buffer.concat([passed, Buffer.from(terminal)]);
  }

  /** The stream is given up: the upstream was reset, or a time limit passed. */
  fail(error: ApiError): Buffer {
    if (this.outcome !== undefined) return EMPTY;
    this.outcome = this.error === undefined ? 'cut' : 'failed';
    this.error ??= error;
    const frame = this.errorFrame(this.error);
    this.bytes += frame.length;
    return frame;
  }

  /** Adds a chunk to what is held and takes the whole events off it. */
  private takeComplete(chunk: Buffer): Buffer {
    const last = this.held.at(-1);
    const seam = last === undefined ? EMPTY : last.subarray(-3);
    const boundary = endOfLastEvent(seam.length === 0 ? chunk : Buffer.concat([seam, chunk]));
    const end = boundary - seam.length;
    if (boundary === 0 || end <= 0) {
      this.hold(chunk);
      return EMPTY;
    }
    const head = chunk.subarray(0, end);
    const complete = this.held.length === 0 ? head : Buffer.concat([...this.held, head]);
    this.held = [];
    this.heldBytes = 0;
    if (end < chunk.length) this.hold(chunk.subarray(end));
    return complete;
  }

  private hold(bytes: Buffer): void {
    if (bytes.length === 0) return;
    this.heldBytes += bytes.length;
    if (this.heldBytes > MAX_SSE_EVENT_BYTES) throw new SseLimitError();
    // The seam needs three bytes of context, which tiny chunks would not leave in the last piece.
    const last = this.held.at(-1);
    if (last !== undefined && last.length < 64) {
      this.held[this.held.length - 1] = Buffer.concat([last, bytes]);
    } else this.held.push(Buffer.from(bytes));
  }

  /** What is held when the upstream closes, if it is a whole event but for the blank line. */
  private lastEvent(): Buffer {
    const rest = Buffer.concat(this.held);
    this.held = [];
    const parser = new SseParser();
    const events = [...parser.push(rest), ...parser.end()];
    const whole = events.some(({ data }) => data === '[DONE]' || isJson(data));
    return whole ? Buffer.concat([rest, Buffer.from('\n\n')]) : EMPTY;
  }

  private errorFrame(error: ApiError): Buffer {
    return errorFrame(this.options.format, error, { requestId: this.options.requestId });
  }

  private handOn(complete: Buffer): Buffer {
    const came = complete.toString('latin1');
    this.output.add(came);
    const latin1 = this.forCaller(came);
    const bytes = latin1 === came ? complete : Buffer.from(latin1, 'latin1');
    const passed = mayHoldFacts(this.options.format, latin1)
      ? this.inspect(bytes)
      : this.countEvents(bytes);
    this.bytes += passed.length;
    return passed;
  }

  private forCaller(latin1: string): string {
    const text = this.replacer === undefined ? latin1 : this.replacer.replace(latin1);
    return this.counts === undefined ? text : this.counts.takeOut(text);
  }

  private countEvents(complete: Buffer): Buffer {
    for (let at = endOfEvent(complete, 0); at !== -1; at = endOfEvent(complete, at)) this.events++;
    return complete;
  }

  private inspect(complete: Buffer): Buffer {
    const passed: Buffer[] = [];
    let from = 0;
    while (from < complete.length && this.outcome === undefined) {
      const end = endOfEvent(complete, from);
      const slice = complete.subarray(from, end === -1 ? complete.length : end);
      from += slice.length;
      this.events++;
      const facts = this.factsOf(slice);
      const error = this.take(facts);
      if (error !== undefined) passed.push(this.errorFrame(error));
      else if (!(this.options.stripUsage && facts.usageOnly)) passed.push(slice);
    }
    return passed.length === 1 ? passed[0]! : Buffer.concat(passed);
  }

  private factsOf(slice: Buffer): EventFacts {
    if (!mayHoldFacts(this.options.format, slice.toString('latin1'))) return {};
    const parser = new SseParser();
    const event = [...parser.push(slice), ...parser.end()][0];
    return event === undefined ? {} : eventFacts(this.options.format, event);
  }

  /** The error to hand on in the event's place, where the event's own is none for the caller. */
  private take(facts: EventFacts): ApiError | undefined {
    this.usage.add(this.counts?.take());
    this.usage.add(facts.usage);
    for (const choice of facts.finishedChoices ?? []) this.finishedChoices.add(choice);
    const waits = this.finishedChoices.size < (this.options.choices ?? 1);
    const complete = this.options.format !== 'chat' || !waits;
    if (complete) this.finishReason = facts.finishReason ?? this.finishReason;
    const error = facts.error ?? (this.isPremature(facts) ? CUT_SHORT : undefined);
    if (error === undefined) {
      if (facts.completed) this.outcome = 'completed';
      return undefined;
    }
    this.error ??= error;
    const reworded = this.options.reword?.(error);
    if (!facts.fails || reworded !== undefined) this.outcome = 'failed';
    const unsaid = facts.error === undefined || facts.unsaid === true;
    return reworded ?? (unsaid || this.options.format === 'messages' ? error : undefined);
  }

  /** The format's last event, before any reason. */
  private isPremature({ completed }: EventFacts): boolean {
    const reasons = this.finishedChoices.size > 0 || this.finishReason !== undefined;
    return completed === true && !reasons;
  }
}

/** Counts seen before the reply's last reason may be those of its start. */
export function usageIsFinal(
  usage: ReportedUsage | undefined,
  finishReason: FinishReason | undefined,
): boolean {
  return usage?.outputTokens !== undefined && finishReason !== undefined;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
