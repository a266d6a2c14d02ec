import { parseError } from '@modelbridge/llm-wire';
import { joinPieces } from '../body/join-pieces.js';
import { RequestError } from '../errors/request-error.js';
import { bounds } from '../bounds.js';
import { sendable } from '../plan/plan-jobs.js';
import { workerBounds } from '../workers/bounds.js';
import { brokenUpstream, readUpstreamError } from '../upstream/upstream-errors.js';
import { readReply, type ReadReply } from './read-reply.js';
import { replyJob } from './reply-job.js';
import { traitsOf } from '../providers/traits-of.js';
import {
  replyHeaders,
  stopCodes,
  unwanted,
  type Reply,
  type ReplyParts,
  type StopReason,
} from './reply.js';

/** Hands on a reply that comes in one piece. It is read to the end first, because its usage stands there. */
export class WholeReply implements Reply {
  private readonly chunks: Buffer[] = [];
  private size = 0;
  private over = false;
  private goneAt: number | undefined;

  constructor(private readonly parts: ReplyParts) {
    if (parts.callerGone) this.callerGone();
  }

  private get gone(): boolean {
    return this.goneAt !== undefined;
  }

  data(chunk: Buffer): void {
    if (this.over) return;
    this.size += chunk.length;
    if (this.size > bounds.maxReplyBytes) return this.fail('upstream_reply_too_large');
    this.chunks.push(chunk);
  }

  end(): void {
    if (this.over) return;
    this.over = true;
    const { upstream, format } = this.parts;
    if (this.size > workerBounds.maxInPlaceBytes) return void this.readLarge();
    const body = this.chunks.length === 1 ? this.chunks[0]! : Buffer.concat(this.chunks, this.size);
    const reply = readReply(body, upstream, format);
    if (reply === undefined) this.refuse(body);
    else this.complete(reply);
  }

  /** Beside the event loop. A reply that cannot be read because of us costs nothing. */
  private async readLarge(): Promise<void> {
    const { upstream, format, workers, sharer } = this.parts;
    const { format: from, context, reply } = upstream;
    try {
      const sent = { format: from, context: sendable(context), reply };
      const { body, facts } = await workers.run(
        replyJob,
        { body: await joinPieces(this.chunks, this.size), upstream: sent, to: format },
        { sharer, bytes: this.size, weight: 3, isAdmitted: true },
      );
      if (facts === undefined) this.refuse(body);
      else this.complete({ ...facts, body });
    } catch (error) {
      this.parts.fail(
        error instanceof RequestError ? error : RequestError.of('internal_error'),
        'gateway_error',
      );
    }
  }

  private complete(reply: ReadReply): void {
    const { open } = this.parts;
    open.firstByte();
    open.close({
      status: this.gone ? 499 : 200,
      outcome: this.gone ? 'caller_gone' : 'completed',
      finishReason: reply.finishReason ?? null,
      errorClass: null,
      reply: {
        received: true,
        usage: reply.usage,
        usageFinal: true,
        estimatedOutputTokens: reply.estimatedOutputTokens,
      },
    });
    this.parts.done('complete');
    if (this.gone) return;
    open.durable.then(
      () => open.written((error) => (error ? this.spoolFailed() : this.send(reply.body))),
      () => this.spoolFailed(),
    );
  }

  cut(): void {
    if (!this.over) this.fail('upstream_cut');
  }

  /** A vendor's reply is paid for whether it is wanted or not: it is read to its end. One of our own pools for a while. */
  callerGone(): void {
    this.goneAt ??= performance.now();
  }

  stop(reason: StopReason): void {
    if (this.over) return;
    this.over = true;
    this.parts.call.abort();
    this.parts.fail(RequestError.of(stopCodes[reason]), reason);
  }

  /** Only the request's total time limits a reply that somebody waits for, or pays for. */
  tick(now: number): void {
    if (this.over || this.goneAt === undefined || now - this.goneAt < bounds.drainMs) return;
    if (traitsOf[this.parts.endpoint.provider].endsUnwanted) this.endUnwanted();
  }

  /** The pool has begun to send and does not end: what was read of the prompt is charged. */
  private endUnwanted(): void {
    this.over = true;
    this.parts.call.abort();
    this.parts.open.close(unwanted);
    this.parts.done('given_up');
  }

  private send(body: Buffer): void {
    const { res } = this.parts;
    res.writeHead(200, [
      ...replyHeaders(this.parts, 'application/json; charset=utf-8'),
      'content-length',
      String(body.length),
    ]);
    // In one piece with its head, which is one write instead of two.
    if (body.length <= bounds.maxJoinedBytes) res.end(body.toString('latin1'), 'latin1');
    else res.end(body);
  }

  /** What came under 200 is no reply: an error, or nothing that can be read. */
  private refuse(body: Buffer): void {
    const { upstream, format } = this.parts;
    if (parseError(500, body) === undefined) return this.fail('upstream_invalid_reply');
    this.parts.broken(
      readUpstreamError({ status: 500, headers: {}, body }, upstream.format, format),
    );
  }

  private fail(errorClass: string): void {
    this.over = true;
    this.parts.call.abort();
    this.parts.broken(brokenUpstream(502, errorClass));
  }

  private spoolFailed(): void {
    this.parts.fail(RequestError.of('usage_not_recorded'), 'spool_failed');
  }
}
