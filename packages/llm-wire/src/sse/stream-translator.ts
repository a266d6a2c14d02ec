import type { ReplyEvent, ReplyReader, ReplyWriter } from '../conversation/events.js';
import { WireReplyError } from '../conversation/reply.js';
import type { ReplyContext } from '../conversation/reply-context.js';
import { ReplyRestorer } from '../conversation/restore-reply.js';
import type { ApiError } from '../errors/api-error.js';
import { replyFault } from '../errors/reply-fault.js';
import { translateError } from '../errors/translate-error.js';
import { codecs } from '../formats.js';
import { estimateTokens } from '../usage/token-usage.js';
import type { FinishReason, WireFormat } from '../wire-format.js';
import { SseParser, type SseEvent } from './sse-parser.js';
import { usageIsFinal } from './stream-tail.js';
import type { Reword, StreamOutcome, StreamProgress } from './stream-progress.js';

/** Translates a stream as it comes: upstream bytes in, frames of the caller's format out. */
export class StreamTranslator {
  private readonly parser = new SseParser();
  private readonly reader: ReplyReader;
  private readonly restorer: ReplyRestorer;
  private readonly writer: ReplyWriter;
  private finishReason: FinishReason | undefined;
  private outcome: StreamOutcome | undefined;
  private error: ApiError | undefined;
  private upstreamFailed = false;
  private bytes = 0;
  private events = 0;
  private outputChars = 0;
  private deltas = 0;

  constructor(
    private readonly options: {
      from: WireFormat;
      to: WireFormat;
      context: ReplyContext;
      reword?: Reword;
    },
  ) {
    this.reader = codecs[options.from].replyReader();
    this.restorer = new ReplyRestorer(options.context);
    this.writer = codecs[options.to].replyWriter(options.context);
  }

  get hasEnded(): boolean {
    return this.outcome !== undefined;
  }

  get progress(): StreamProgress {
    const usage = this.reader.usage;
    return {
      usage,
      usageFinal: this.reader.usageCovers === true || usageIsFinal(usage, this.finishReason),
      finishReason: this.finishReason,
      outcome: this.outcome,
      error: this.error,
      bytes: this.bytes,
      events: this.events,
      estimatedOutputTokens: Math.max(this.deltas, estimateTokens(this.outputChars)),
    };
  }

  /** The frames to hand on. Throws `SseLimitError` on an upstream event without end. */
  push(chunk: Uint8Array): Buffer {
    if (this.outcome !== undefined) return Buffer.alloc(0);
    return this.translate(this.parser.push(chunk), false);
  }

  /** The upstream closed. */
  end(): Buffer {
    if (this.outcome !== undefined) return Buffer.alloc(0);
    return this.translate(this.parser.end(), true);
  }

  /** The stream is given up: the upstream was reset, or a time limit passed. */
  fail(error: ApiError): Buffer {
    if (this.outcome !== undefined) return Buffer.alloc(0);
    return this.handOn(this.giveUp(error));
  }

  private translate(events: SseEvent[], closed: boolean): Buffer {
    let text = '';
    try {
      for (const event of events) {
        this.events++;
        const replies = this.reader.read(event);
        this.upstreamFailed ||= replies.at(-1)?.type === 'failed';
        text += this.write(replies);
      }
      if (closed) text += this.write(this.reader.end());
    } catch (error) {
      if (!(error instanceof WireReplyError)) throw error;
      text += this.giveUp(replyFault('upstream_invalid_reply', error.message));
    }
    return this.handOn(text);
  }

  private giveUp(error: ApiError): string {
    this.outcome = 'cut';
    this.error = error;
    return this.write([{ type: 'failed', error }]);
  }

  private write(events: ReplyEvent[]): string {
    let text = '';
    for (const event of events) {
      for (const restored of this.restorer.restore(event)) {
        text += this.writer.write(this.note(restored), this.reader.usage);
      }
    }
    return text;
  }

  private handOn(text: string): Buffer {
    const frames = Buffer.from(text);
    this.bytes += frames.length;
    return frames;
  }

  private note(event: ReplyEvent): ReplyEvent {
    if (event.type === 'delta') {
      this.outputChars += event.text.length;
      this.deltas++;
    } else if (event.type === 'finish') {
      this.finishReason = event.reason;
      this.outcome = 'completed';
    } else if (event.type === 'failed') {
      this.outcome ??= this.upstreamFailed ? 'failed' : 'cut';
      this.error = event.error;
      const { from, to, reword } = this.options;
      const reworded = reword?.(event.error);
      return { type: 'failed', error: reworded ?? translateError(event.error, from, to) };
    }
    return event;
  }
}
