import { StreamStart } from '@modelbridge/llm-wire';
import type { CatalogEndpoint } from '../catalog/routing-table.js';
import { RequestError } from '../errors/request-error.js';
import { sendError } from '../errors/send-error.js';
import { bounds } from '../bounds.js';
import { traitsOf } from '../providers/traits-of.js';
import type { UpstreamCall, UpstreamHead, UpstreamListener } from '../upstream/upstream-call.js';
import {
  brokenUpstream,
  readUpstreamError,
  type UpstreamFailure,
} from '../upstream/upstream-errors.js';
import {
  calledHeaders,
  stopCodes,
  unwanted,
  type Reply,
  type ReplyEnd,
  type StopReason,
} from './reply.js';
import { ReportedAttempt } from './reported-attempt.js';
import type { RunParts, RunRequest } from './run-request.js';
import { nothingReceived } from '../pricing/charge.js';
import { StreamReply } from './stream-reply.js';
import type { UpstreamBody } from '../plan/upstream-body/upstream-bodies.js';
import { WholeReply } from './whole-reply.js';

/**
 * One admitted request from its first call upstream to its last byte. Another endpoint is tried only
 * while nothing of a reply has come.
 */
export class InferenceRun implements UpstreamListener {
  private readonly startedAt = performance.now();
  private readonly tried = new Set<string>();
  private endpoint!: CatalogEndpoint;
  private body!: UpstreamBody;
  private call: UpstreamCall | undefined;
  private seen: ReportedAttempt | undefined;
  private head: UpstreamHead | undefined;
  private begins = new StreamStart();
  private reply: Reply | undefined;
  private errorChunks: Buffer[] = [];
  private errorBytes = 0;
  private gone = false;
  private over = false;

  constructor(
    private readonly request: RunRequest,
    private readonly parts: RunParts,
  ) {
    request.res.once('close', () => {
      if (!request.res.writableFinished) this.callerGone();
    });
  }

  /** Does nothing where the request was stopped before. */
  start(): void {
    if (this.over) return;
    if (this.gone) this.unsent();
    else this.attempt(undefined);
  }

  onHead(head: UpstreamHead): void {
    this.head = head;
    if (head.status !== 200) return;
    const contentType = String(head.headers['content-type'] ?? '');
    const expected = this.body.stream ? 'text/event-stream' : 'json';
    if (!contentType.includes(expected)) {
      this.call?.abort();
      return this.failed(brokenUpstream(502, 'upstream_content_type'));
    }
  }

  onData(chunk: Buffer): void {
    if (this.head?.status === 200) return this.replyData(chunk);
    this.errorBytes += chunk.length;
    if (this.errorBytes <= bounds.maxErrorBytes) this.errorChunks.push(chunk);
  }

  /** Comments before a stream say that the upstream is there, and not that it answers. */
  private replyData(chunk: Buffer): void {
    const data = this.body.stream ? this.begins.from(chunk) : chunk;
    if (data.length === 0) return;
    if (this.seen?.hasBegun === false) this.seen.began(performance.now());
    (this.reply ?? this.beginReply()).data(data);
  }

  /** From here on no other endpoint can be tried: something of the reply may have gone out. */
  private beginReply(): Reply {
    const { res, format, requestId, includeUsage, choices, outputCap, open } = this.request;
    const parts = {
      res,
      format,
      requestId,
      includeUsage,
      choices,
      outputCap,
      open,
      model: open.facts.model,
      endpoint: this.endpoint,
      upstream: this.body,
      call: this.call!,
      workers: this.parts.workers,
      sharer: this.request.sharer,
      callerGone: this.gone,
      fail: (error: RequestError, errorClass: string) => this.fail(error, errorClass),
      accountRefused: () => this.seen?.accountRefused(this.head?.status),
      broken: (failure: UpstreamFailure) => this.failed(failure),
      done: (end: ReplyEnd) => this.replyEnded(end),
    };
    this.reply = this.body.stream ? new StreamReply(parts) : new WholeReply(parts);
    return this.reply;
  }

  onEnd(): void {
    if (this.reply !== undefined) return this.reply.end();
    const { status, headers } = this.head!;
    if (status === 200) return this.failed(brokenUpstream(502, 'upstream_invalid_reply'));
    const body = Buffer.concat(this.errorChunks);
    this.failed(
      readUpstreamError({ status, headers, body }, this.body.format, this.request.format),
    );
  }

  onError(): void {
    if (this.reply !== undefined) return this.reply.cut();
    this.failed(brokenUpstream(502, 'upstream_unreachable'));
  }

  tick(now: number): void {
    if (now - this.startedAt >= bounds.totalMs) this.stop('timed_out');
    else if (this.reply !== undefined) this.reply.tick(now);
    else if (this.seen?.streams === true) this.awaitFirstByte(now - this.seen.startedAt);
  }

  /** Ends the request in mid-air. */
  stop(reason: StopReason): void {
    if (this.over) return;
    if (this.reply !== undefined) return this.reply.stop(reason);
    this.call?.abort();
    this.fail(RequestError.of(stopCodes[reason]), reason);
  }

  /** Answers with an error, at no cost. */
  fail(error: RequestError, errorClass: string, source?: 'provider'): void {
    const { req, res, format, requestId, open } = this.request;
    open.close({
      status: this.gone ? 499 : error.status,
      outcome: errorClass === 'timed_out' || errorClass === 'shut_down' ? errorClass : 'failed',
      finishReason: null,
      errorClass,
      reply: nothingReceived,
    });
    const names = this.call === undefined ? {} : this.namesOf(source);
    open.written(() => sendError(req, res, format, requestId, error, names));
    this.finish();
  }

  private attempt(previous: UpstreamFailure | undefined): void {
    const { upstream } = this.parts;
    const { endpoints, affinity } = this.request;
    const { tried } = this;
    const endpoint = this.mayTry()
      ? upstream.pick(endpoints, { tried, affinity, streams: this.request.streams })
      : undefined;
    if (endpoint === undefined) {
      const failure = previous ?? brokenUpstream(503, 'no_endpoint');
      return this.fail(failure.error, failure.errorClass, previous && 'provider');
    }
    this.tried.add(endpoint.id);
    this.endpoint = endpoint;
    this.request.open.endpoint = endpoint;
    const body = this.request.bodyFor(endpoint);
    if (!(body instanceof Promise)) return this.send(body);
    this.seen = undefined;
    body.then(
      (made) => this.sendIfWanted(made),
      (error: unknown) => this.unmade(error),
    );
  }

  private sendIfWanted(body: UpstreamBody): void {
    if (this.over) return;
    if (this.gone) this.unsent();
    else this.send(body);
  }

  /** The caller went away before anything was asked for in their name. */
  private unsent(): void {
    this.fail(RequestError.of('upstream_unavailable'), 'caller_gone');
  }

  private unmade(error: unknown): void {
    if (this.over) return;
    const { requestId } = this.request;
    this.parts.logger.error({ err: error, requestId }, 'a body for an upstream could not be made');
    const told = error instanceof RequestError ? error : RequestError.of('internal_error');
    this.fail(told, 'gateway_error');
  }

  private send(body: UpstreamBody): void {
    const { upstream } = this.parts;
    const { endpoint } = this;
    this.body = body;
    this.head = undefined;
    this.begins = new StreamStart();
    this.reply = undefined;
    this.errorChunks = [];
    this.errorBytes = 0;
    this.seen = new ReportedAttempt(
      upstream.health.begin(endpoint.id, this.body.stream, performance.now()),
      endpoint,
      this.request.requestId,
      this.parts,
    );
    this.call = upstream.send(endpoint, this.body, this);
  }

  private mayTry(): boolean {
    const { retries } = this.parts.upstream;
    if (this.tried.size === 0) {
      retries.countRequest(performance.now());
      return true;
    }
    return this.hasAnother() && retries.take(performance.now());
  }

  private hasAnother(): boolean {
    return this.tried.size < Math.min(bounds.maxAttempts, this.request.endpoints.length);
  }

  /** A stream that does not begin is tried elsewhere; where that cannot be, its caller is kept waiting. */
  private awaitFirstByte(waitedMs: number): void {
    const mayChange = !this.gone && this.hasAnother();
    if (waitedMs >= (mayChange ? bounds.firstByteMs : bounds.lastFirstByteMs)) {
      this.call?.abort();
      this.failed(brokenUpstream(504, 'upstream_silent'));
    } else if (!mayChange && this.head?.status === 200 && waitedMs >= bounds.keepAliveSilenceMs) {
      this.beginReply();
    }
  }

  private failed(failure: UpstreamFailure): void {
    if (this.over) return;
    const { fault, errorClass } = failure;
    this.seen?.failed(failure, this.head?.status, performance.now());
    const { hasCapacityElsewhere } = traitsOf[this.endpoint.provider];
    const mayHelp = fault === 'broken' || (fault === 'capacity' && hasCapacityElsewhere);
    if (!this.gone && mayHelp) return this.attempt(failure);
    this.fail(failure.error, errorClass, 'provider');
  }

  /** Who was asked, and whether the error is of its making. */
  private namesOf(source: 'provider' | undefined): Record<string, string> {
    const headers = calledHeaders(this.request.open.facts, this.endpoint);
    return source === undefined ? headers : { ...headers, 'x-modelbridge-error-source': source };
  }

  private replyEnded(end: ReplyEnd): void {
    if (this.over) return;
    if (end === 'complete') this.seen?.completed();
    else if (end === 'broken_off') this.seen?.brokeOff(performance.now());
    this.finish();
  }

  private callerGone(): void {
    this.gone = true;
    if (this.reply !== undefined) return this.reply.callerGone();
    if (this.call !== undefined && traitsOf[this.endpoint.provider].endsUnwanted)
      this.endUnwanted();
  }

  /** Nobody waits for a reply of which nothing has come: what was read of the prompt is charged. */
  private endUnwanted(): void {
    if (this.over) return;
    this.call?.abort();
    this.request.open.close(unwanted);
    this.finish();
  }

  private finish(): void {
    if (this.over) return;
    this.over = true;
    this.seen?.abandoned();
    this.request.onOver();
  }
}
