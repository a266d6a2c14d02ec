import {
  keepAliveFrame,
  StreamTail,
  StreamTranslator,
  type ApiError,
  type StreamProgress,
} from '@modelbridge/llm-wire';
import type { RequestOutcome } from '@modelbridge/contracts/events';
import type { SelfExplainingCode } from '../errors/public-errors.js';
import { RequestError, streamError } from '../errors/request-error.js';
import { bounds } from '../bounds.js';
import { traitsOf } from '../providers/traits-of.js';
import { replacedStreamError } from '../upstream/upstream-errors.js';
import {
  replyHeaders,
  stopCodes,
  type Reply,
  type ReplyEnd,
  type ReplyParts,
  type StopReason,
} from './reply.js';

/** Hands a stream on piece by piece, no faster than the caller takes it. */
export class StreamReply implements Reply {
  private readonly relay: StreamTail | StreamTranslator;
  /** What waits for the spool; undefined once OPEN is on disk. */
  private held: Buffer[] | undefined = [];
  private heldBytes = 0;
  private endWhenDurable = false;
  private waitsForDrain = false;
  private over = false;
  private reworded = false;
  private goneAt: number | undefined;
  private lastWriteAt = performance.now();

  constructor(private readonly parts: ReplyParts) {
    const { format, includeUsage, choices, upstream, open, requestId } = parts;
    const reword = (said: ApiError): ApiError | undefined => this.reword(said);
    this.relay =
      upstream.context === undefined
        ? new StreamTail({
            format,
            stripUsage: !includeUsage,
            choices,
            requestId,
            reword,
            ...upstream.reply,
          })
        : new StreamTranslator({
            from: upstream.format,
            to: format,
            context: upstream.context,
            reword,
          });
    if (parts.callerGone) this.callerGone();
    open.durable.then(
      () => this.release(),
      () => this.spoolFailed(),
    );
  }

  data(chunk: Buffer): void {
    if (this.over) return;
    let bytes: Buffer;
    try {
      bytes = this.relay.push(chunk);
    } catch {
      // An event without end.
      return this.giveUp('upstream_stream_cut', 'upstream_cut');
    }
    const { relay } = this;
    if (relay.hasEnded) {
      if (this.reworded) this.parts.call.abort();
      return this.finish(bytes, relay.progress);
    }
    if (bytes.length === 0) return;
    const now = performance.now();
    if (this.goneAt === undefined) this.parts.open.firstByte();
    this.parts.open.progress(now, () => relay.progress);
    this.lastWriteAt = now;
    this.write(bytes);
  }

  end(): void {
    if (this.over) return;
    const bytes = this.relay.end();
    this.finish(bytes, this.relay.progress);
  }

  cut(): void {
    this.giveUp('upstream_stream_cut', 'upstream_cut');
  }

  /** The stream is read on for its usage, for a while, or ended to free its place. */
  callerGone(): void {
    if (this.over || this.goneAt !== undefined) return;
    this.goneAt = performance.now();
    this.held = this.held === undefined ? undefined : [];
    if (this.endsUnwanted) return this.giveUp('upstream_stream_cut', 'caller_gone');
    this.parts.call.resume();
  }

  stop(reason: StopReason): void {
    this.giveUp(stopCodes[reason], reason);
  }

  tick(now: number): void {
    if (this.over) return;
    if (this.goneAt !== undefined) {
      if (now - this.goneAt >= bounds.drainMs) this.giveUp('upstream_stream_cut', 'caller_gone');
    } else if (
      this.held === undefined &&
      !this.waitsForDrain &&
      now - this.lastWriteAt >= bounds.keepAliveSilenceMs
    ) {
      this.lastWriteAt = now;
      this.write(keepAliveFrame(this.parts.format));
    }
  }

  /** Ends the stream in our words where the upstream's are not for the caller. */
  private reword(said: ApiError): ApiError | undefined {
    const replaced = replacedStreamError(said, this.parts.format);
    if (replaced === undefined) return undefined;
    this.reworded = true;
    if (replaced.isAccount) this.parts.accountRefused();
    return replaced.error;
  }

  private giveUp(code: SelfExplainingCode, outcome: RequestOutcome): void {
    if (this.over) return;
    const before = this.relay.progress;
    const bytes = this.relay.fail(streamError(code, this.parts.upstream.format));
    this.parts.call.abort();
    // What counts is the reply, not our own error frame.
    this.finish(bytes, { ...before, outcome: 'cut' }, outcome);
  }

  private finish(lastBytes: Buffer, progress: StreamProgress, given?: RequestOutcome): void {
    this.over = true;
    const { parts } = this;
    if (this.goneAt === undefined) parts.open.firstByte();
    parts.open.close({
      status: this.goneAt !== undefined && !parts.res.headersSent ? 499 : 200,
      outcome: this.goneAt !== undefined ? 'caller_gone' : (given ?? outcomeOf(progress)),
      finishReason: progress.finishReason ?? null,
      errorClass: progress.outcome === 'completed' ? null : (given ?? `stream_${progress.outcome}`),
      reply: {
        received: this.hasBegun(progress, given),
        usage: progress.usage,
        usageFinal: progress.usageFinal || progress.outcome === 'completed',
        estimatedOutputTokens: progress.estimatedOutputTokens,
      },
    });
    parts.open.written((error) => {
      if (error) return this.spoolFailed();
      if (lastBytes.length > 0) this.write(lastBytes);
      if (this.held === undefined) this.endResponse();
      else this.endWhenDurable = true;
    });
    parts.done(endOf(progress, given));
  }

  /** A stream that the upstream fails before any usage or output costs nothing, as one that never began. */
  private hasBegun(progress: StreamProgress, given: RequestOutcome | undefined): boolean {
    const { outcome, usage, estimatedOutputTokens, events } = progress;
    if (outcome !== 'completed' && (given === undefined || given === 'upstream_cut')) {
      return estimatedOutputTokens > 0 || (usage !== undefined && usage.outputTokens !== 0);
    }
    return events > 0 || (given === 'caller_gone' && this.endsUnwanted);
  }

  private get endsUnwanted(): boolean {
    return traitsOf[this.parts.endpoint.provider].endsUnwanted;
  }

  private write(bytes: Buffer): void {
    if (this.goneAt !== undefined) return;
    if (this.held !== undefined) {
      this.held.push(bytes);
      this.heldBytes += bytes.length;
      if (this.heldBytes > bounds.maxHeldBytes && !this.over) this.parts.call.pause();
      return;
    }
    const { res, call } = this.parts;
    if (res.write(bytes) || this.over || this.waitsForDrain) return;
    this.waitsForDrain = true;
    call.pause();
    res.once('drain', () => {
      this.waitsForDrain = false;
      call.resume();
    });
  }

  private release(): void {
    const { held } = this;
    this.held = undefined;
    if (this.goneAt !== undefined) return;
    const { res, call } = this.parts;
    res.writeHead(200, [
      ...replyHeaders(this.parts, 'text/event-stream; charset=utf-8'),
      'cache-control',
      'no-cache',
    ]);
    if (held === undefined || held.length === 0) res.flushHeaders();
    else for (const bytes of held) this.write(bytes);
    if (this.endWhenDurable) this.endResponse();
    else if (!this.waitsForDrain) call.resume();
  }

  private endResponse(): void {
    if (!this.parts.res.writableEnded) this.parts.res.end();
  }

  private spoolFailed(): void {
    this.over = true;
    this.parts.call.abort();
    if (this.parts.res.headersSent) this.parts.res.destroy();
    this.parts.fail(RequestError.of('usage_not_recorded'), 'spool_failed');
  }
}

function outcomeOf(progress: StreamProgress): RequestOutcome {
  switch (progress.outcome) {
    case 'completed':
      return 'completed';
    case 'failed':
      return 'failed';
    default:
      return 'upstream_cut';
  }
}

/** Whose doing the end is. An error about the request itself says nothing of the endpoint. */
function endOf(progress: StreamProgress, given: RequestOutcome | undefined): ReplyEnd {
  if (given !== undefined) return given === 'upstream_cut' ? 'broken_off' : 'given_up';
  if (progress.outcome === 'completed') return 'complete';
  return progress.outcome === 'cut' || (progress.error?.status ?? 500) >= 500
    ? 'broken_off'
    : 'complete';
}
