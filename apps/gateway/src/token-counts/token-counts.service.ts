import { Injectable } from '@nestjs/common';
import { CatalogService } from '../catalog/catalog.service.js';
import type { CatalogEndpoint } from '../catalog/routing-table.js';
import { BodyBudget } from '../body/body-budget.js';
import { readBody } from '../body/read-body.js';
import { modelNotFound, unavailable } from '../errors/request-error.js';
import { bounds } from '../bounds.js';
import { UpstreamService } from '../upstream/upstream.service.js';
import { callForReply } from './upstream-reply.js';
import { brokenUpstream, readUpstreamError } from '../upstream/upstream-errors.js';
import type { BodySource } from '../plan/upstream-body/body-source.js';
import type { Exchange } from '../exchange.js';
import { readFields } from '../plan/request-fields.js';
import { RunningRequests } from '../inference/running-requests.js';
import { scanRequest } from '../plan/scan-request.js';
import { inputTokensOf } from '../plan/token-bound.js';
import { upstreamBody } from '../plan/upstream-body/upstream-bodies.js';

/** Anthropic's count of input tokens: by Anthropic itself for its models, else the gateway's own. */
@Injectable()
export class TokenCountsService {
  private readonly budget = new BodyBudget(bounds.maxTokenCountBytes);
  private running = 0;

  constructor(
    private readonly catalog: CatalogService,
    private readonly upstream: UpstreamService,
    private readonly requests: RunningRequests,
  ) {}

  /** Free of charge. Rejects with RequestError. */
  async answer(exchange: Exchange): Promise<void> {
    this.requests.assertOpen();
    if (this.running >= bounds.maxTokenCounts) {
      throw unavailable('overloaded', 'The gateway is busy. Try again shortly.');
    }
    this.running++;
    try {
      const body = await readBody(exchange.req, this.budget);
      try {
        await this.count(exchange, body);
      } finally {
        this.budget.release(body.length);
      }
    } finally {
      this.running--;
    }
  }

  private async count(exchange: Exchange, body: Buffer): Promise<void> {
    const { format, req, res, requestId, key } = exchange;
    const scan = scanRequest(format, body);
    const fields = readFields(format, body, scan, { needsCap: false });
    const table = this.catalog.table();
    const model = table.model(fields.model);
    if (model === undefined) throw modelNotFound(fields.model);
    const endpoint = this.upstream.pick(
      table.endpoints(model.id).filter(({ formats }) => formats.includes('messages')),
    );
    const { headers } = req;
    const { accountId } = key;
    const source = { format, headers, body, scan, fields, model, accountId, startedAt: Date.now() };
    const reply =
      endpoint === undefined
        ? Buffer.from(
            JSON.stringify({
              input_tokens: inputTokensOf(scan.input, model, fields.hiddenTokens).estimated,
            }),
          )
        : await this.askProvider(source, endpoint);
    if (res.destroyed) return;
    res.writeHead(200, {
      'content-type': 'application/json; charset=utf-8',
      'content-length': reply.length,
      'x-request-id': requestId,
      'request-id': requestId,
      'x-modelbridge-model': model.id,
    });
    res.end(reply);
  }

  private async askProvider(source: BodySource, endpoint: CatalogEndpoint): Promise<Buffer> {
    const { body, headers } = upstreamBody(source, endpoint, undefined, 1);
    const reply = await callForReply(this.upstream, endpoint, {
      format: 'count_tokens',
      stream: false,
      body,
      headers,
    });
    if (reply === undefined) throw brokenUpstream(502, 'upstream_unreachable').error;
    if (reply.status !== 200) throw readUpstreamError(reply, 'messages', source.format).error;
    return reply.body;
  }
}
