import {
  chatReplyFacts,
  parseError,
  readReplyFacts,
  replaceInBody,
  translateReply,
  type FinishReason,
  type ReportedUsage,
} from '@modelbridge/llm-wire';

import { RequestError } from '../errors/request-error.js';
import { bounds } from '../bounds.js';
import { brokenUpstream, readUpstreamError } from '../upstream/upstream-errors.js';
import { replyHeaders, stopCodes, type Reply, type ReplyParts, type StopReason } from './reply.js';

interface ReadReply {
  body: Buffer;
  usage: ReportedUsage | undefined;
  finishReason: FinishReason | undefined;
  estimatedOutputTokens: number;
}

/** Hands on a reply that comes in one piece. It is read to the end first, because its usage stands there. */
export class WholeReply implements Reply {
  private readonly chunks: Buffer[] = [];
  private size = 0;
  private over = false;
  private gone: boolean;

  constructor(private readonly parts: ReplyParts) {
    this.gone = parts.callerGone;
  }

  data(chunk: Buffer): void {
    if (this.over) return;
    this.size += chunk.length;
    if (this.size > bounds.maxReplyBytes) return this.fail('upstream_reply_too_large');
    this.chunks.push(chunk);
  }

  end(): void {
    if (this.over) return;
    const { open } = this.parts;
    const body = this.chunks.length === 1 ? this.chunks[0]! : Buffer.concat(this.chunks, this.size);
    const reply = this.read(body);
    if (reply === undefined) return this.refuse(body);
    this.over = true;
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

  /** The reply is paid for whether it is wanted or not: it is read to its end. */
  callerGone(): void {
    this.gone = true;
  }

  stop(reason: StopReason): void {
    if (this.over) return;
    this.over = true;
    this.parts.call.abort();
    this.parts.fail(RequestError.of(stopCodes[reason]), reason);
  }

  tick(): void {
    // Only the request's total time limits a whole reply.
  }

  private read(body: Buffer): ReadReply | undefined {
    const { format, upstream } = this.parts;
    try {
      const facts =
        upstream.format === 'chat' ? chatReplyFacts(body) : readReplyFacts(upstream.format, body);
      if (facts === undefined) return undefined;
      if (upstream.context === undefined) {
        const { replacements } = upstream.reply ?? {};
        return { ...facts, body: replacements ? replaceInBody(body, replacements) : body };
      }
      const translated = translateReply({
        from: upstream.format,
        to: format,
        body,
        context: upstream.context,
      });
      return { ...facts, ...translated };
    } catch {
      return undefined;
    }
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
    this.over = true;
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
