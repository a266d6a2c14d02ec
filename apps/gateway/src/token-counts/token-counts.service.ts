import { Injectable } from '@nestjs/common';
import { Logger } from '@modelbridge/service-kit/logging';
import { BodyBudget } from '../body/body-budget.js';
import { readBody } from '../body/read-body.js';
import { bounds } from '../bounds.js';
import { CatalogService } from '../catalog/catalog.service.js';
import type { CatalogEndpoint } from '../catalog/routing-table.js';
import { CallerGoneError } from '../errors/caller-gone.js';
import type { Exchange } from '../exchange.js';
import { ReportedAttempt } from '../inference/reported-attempt.js';
import { RequestMetrics } from '../inference/request-metrics.service.js';
import { RunningRequests } from '../inference/running-requests.service.js';
import { Starts } from '../load/starts.service.js';
import { requireModel } from '../keys/key-access.js';
import { scanInPlace } from '../plan/planner.service.js';
import {
  brokenUpstream,
  readUpstreamError,
  type UpstreamFailure,
} from '../upstream/upstream-errors.js';
import { KeyShares } from '../shares/key-shares.js';
import { UpstreamService } from '../upstream/upstream.service.js';
import { Workers } from '../workers/workers.service.js';
import { countIn, countReply } from './count-bodies.js';
import { countJob, countTokens, getsAlike, type Counted } from './count-tokens.js';
import { callForReply, type NoReply } from './upstream-reply.js';

const failures: Record<Exclude<NoReply, 'given_up'>, UpstreamFailure> = {
  unreachable: brokenUpstream(502, 'upstream_unreachable'),
  too_late: brokenUpstream(504, 'upstream_silent'),
  too_large: brokenUpstream(502, 'upstream_reply_too_large'),
};

/** How many tokens an input has, in both vendors' words: by the vendors themselves for their models, else by the gateway. */
@Injectable()
export class TokenCountsService {
  private readonly budget = new BodyBudget(bounds.maxTokenCountBytes);
  private readonly shares = new KeyShares({
    name: 'token_counts',
    what: 'token counts running',
    total: bounds.maxTokenCounts,
  });

  constructor(
    private readonly catalog: CatalogService,
    private readonly upstream: UpstreamService,
    private readonly workers: Workers,
    private readonly requests: RunningRequests,
    private readonly starts: Starts,
    private readonly metrics: RequestMetrics,
    private readonly logger: Logger,
  ) {}

  /** Free of charge. Rejects with RequestError. */
  async answer(exchange: Exchange): Promise<void> {
    this.requests.assertOpen();
    this.starts.check(exchange.key);
    this.shares.take(exchange.key);
    try {
      const budget = this.budget.of(exchange.key);
      const body = await readBody(exchange.req, budget);
      const { length } = body;
      try {
        this.requests.assertOpen();
        await this.starts.run(exchange.key, () => this.count(exchange, body));
      } finally {
        budget.release(length);
      }
    } finally {
      this.shares.release(exchange.key);
    }
  }

  private async count(exchange: Exchange, given: Buffer): Promise<void> {
    const { format, req, res, requestId, key } = exchange;
    const table = this.catalog.table();
    const { accountId } = key;
    const request = { format, headers: req.headers, body: given, accountId };
    const scan = scanInPlace(format, given);
    const counted =
      scan === undefined
        ? await this.countLarge(exchange, { ...request, table: table.plain })
        : countTokens({ ...request, scan, table });
    const { modelId, estimated } = counted;
    // A test key is not known to any provider.
    const ask = key.isTest ? undefined : counted.ask;
    const model = table.model(modelId)!;
    requireModel(key, model);
    const endpoint = ask && this.upstream.pick(table.endpoints(modelId).filter(getsAlike(ask.of)));
    const reply =
      ask === undefined || endpoint === undefined
        ? countReply(format, estimated)
        : await this.askProvider(exchange, ask, endpoint);
    if (res.destroyed) return;
    res.writeHead(200, {
      'content-type': 'application/json; charset=utf-8',
      'content-length': reply.length,
      'x-request-id': requestId,
      ...(format === 'messages' ? { 'request-id': requestId } : {}),
      'x-modelbridge-model': model.id,
    });
    res.end(reply);
  }

  private countLarge(
    { key, res }: Exchange,
    request: Parameters<(typeof countJob)['run']>[0],
  ): Promise<Counted> {
    const bytes = request.body.length;
    const isWanted = (): boolean => !res.destroyed;
    return this.workers.run(countJob, request, { sharer: key, bytes, weight: 3, isWanted });
  }

  private async askProvider(
    { res, requestId, format }: Exchange,
    ask: NonNullable<Counted['ask']>,
    endpoint: CatalogEndpoint,
  ): Promise<Buffer> {
    const { metrics, logger } = this;
    const attempt = new ReportedAttempt(
      this.upstream.health.begin(endpoint.id, false, performance.now()),
      endpoint,
      requestId,
      { metrics, logger },
    );
    const gone = new AbortController();
    res.once('close', () => gone.abort());
    if (res.destroyed) gone.abort();
    const api = ask.format === 'messages' ? ('count_tokens' as const) : ('input_tokens' as const);
    const request = { format: api, stream: false, body: ask.body, headers: ask.headers };
    const reply = await callForReply(this.upstream, endpoint, request, gone.signal);
    const now = performance.now();
    if (reply === 'given_up') {
      attempt.abandoned();
      throw new CallerGoneError();
    }
    if (typeof reply === 'string') {
      attempt.failed(failures[reply], undefined, now);
      throw failures[reply].error;
    }
    if (reply.status !== 200) {
      const failure = readUpstreamError(reply, ask.format, format);
      attempt.failed(failure, reply.status, now);
      throw failure.error;
    }
    const tokens = countIn(reply.body);
    if (tokens === undefined) {
      const failure = brokenUpstream(502, 'upstream_reply_unreadable');
      attempt.failed(failure, undefined, now);
      throw failure.error;
    }
    attempt.began(now);
    attempt.completed();
    return ask.isAsItCame ? reply.body : countReply(format, tokens);
  }
}
