import { Injectable } from '@nestjs/common';
import { Logger } from '@modelbridge/service-kit/logging';
import { BodyBudget } from '../body/body-budget.js';
import { CallerGoneError, readBody } from '../body/read-body.js';
import { bounds } from '../bounds.js';
import { mayHaveCompaction } from '../compaction/compacted-input.js';
import { CatalogService } from '../catalog/catalog.service.js';
import type { CatalogEndpoint } from '../catalog/routing-table.js';
import { modelNotFound } from '../errors/request-error.js';
import type { Exchange } from '../exchange.js';
import { ReportedAttempt } from '../inference/reported-attempt.js';
import { RequestMetrics } from '../inference/request-metrics.service.js';
import { RunningRequests } from '../inference/running-requests.service.js';
import { readFields } from '../plan/request-fields.js';
import { suited } from '../plan/request-plan.js';
import { scanRequest } from '../plan/scan-request.js';
import { inputTokensOf } from '../plan/token-bound.js';
import { identifierEdits } from '../plan/upstream-body/identifiers.js';
import type { BodySource } from '../plan/upstream-body/body-source.js';
import { upstreamBody } from '../plan/upstream-body/upstream-bodies.js';
import {
  brokenUpstream,
  readUpstreamError,
  type UpstreamFailure,
} from '../upstream/upstream-errors.js';
import { KeyShares } from '../shares/key-shares.js';
import { UpstreamService } from '../upstream/upstream.service.js';
import { countedBody, countIn, countReply } from './count-bodies.js';
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
    private readonly requests: RunningRequests,
    private readonly metrics: RequestMetrics,
    private readonly logger: Logger,
  ) {}

  /** Free of charge. Rejects with RequestError. */
  async answer(exchange: Exchange): Promise<void> {
    this.requests.assertOpen();
    this.shares.take(exchange.key);
    try {
      const body = await readBody(exchange.req, this.budget);
      try {
        this.requests.assertOpen();
        await this.count(exchange, body);
      } finally {
        this.budget.release(body.length);
      }
    } finally {
      this.shares.release(exchange.key);
    }
  }

  private async count(exchange: Exchange, given: Buffer): Promise<void> {
    const { format, req, res, requestId, key } = exchange;
    const scanned = scanRequest(format, given);
    const fields = readFields(format, given, scanned, { needsCap: false });
    const table = this.catalog.table();
    const model = table.model(fields.model);
    if (model === undefined) throw modelNotFound(fields.model);
    const { body, scan, leftOut } = suited({ format, body: given, scan: scanned, table }, model);
    // What is sealed here no vendor can read.
    const isSealed = format === 'responses' && mayHaveCompaction(body);
    const endpoint = isSealed
      ? undefined
      : this.upstream.pick(
          table.endpoints(model.id).filter(({ formats }) => formats.some((api) => api !== 'chat')),
        );
    const { headers } = req;
    const { accountId } = key;
    const identifiers = identifierEdits({ format, body, scan, accountId });
    const facts = { model, startedAt: Date.now(), identifiers, leftOut, marksCache: false };
    const source = { format, headers, body, scan, fields, ...facts };
    const reply =
      endpoint === undefined
        ? countReply(
            format,
            inputTokensOf(scan.input, model, fields.hiddenTokens).estimated +
              (fields.tools.any ? bounds.countedToolPromptTokens : 0),
          )
        : await this.askProvider(exchange, source, endpoint);
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

  private async askProvider(
    { res, requestId }: Exchange,
    source: BodySource,
    endpoint: CatalogEndpoint,
  ): Promise<Buffer> {
    const { body, format, headers, context } = upstreamBody(source, endpoint, undefined, 1);
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
    const counting = format === 'messages' ? 'messages' : 'responses';
    const isAsItCame = context === undefined && counting === 'messages';
    const request = {
      format: counting === 'messages' ? ('count_tokens' as const) : ('input_tokens' as const),
      stream: false,
      body: isAsItCame ? body : countedBody(counting, body),
      headers,
    };
    const reply = await callForReply(this.upstream, endpoint, request, gone.signal);
    const now = performance.now();
    if (reply === 'given_up') {
      attempt.abandoned();
      throw new CallerGoneError('the caller closed the connection');
    }
    if (typeof reply === 'string') {
      attempt.failed(failures[reply], undefined, now);
      throw failures[reply].error;
    }
    if (reply.status !== 200) {
      const failure = readUpstreamError(reply, format, source.format);
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
    return isAsItCame ? reply.body : countReply(source.format, tokens);
  }
}
