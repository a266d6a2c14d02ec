import { Inject, Injectable } from '@nestjs/common';
import type { BodyScan } from '@modelbridge/llm-wire';
import { CatalogService } from '../catalog/catalog.service.js';
import type { CatalogEndpoint } from '../catalog/routing-table.js';
import { GATEWAY_CONFIG, type GatewayConfig } from '../config.js';
import { RequestError } from '../errors/request-error.js';
import type { CallerExchange } from '../exchange.js';
import { idempotencyHeader, requestHmac } from '../idempotency/idempotency-key.js';
import { requireModel } from '../keys/key-access.js';
import { workerBounds } from '../workers/bounds.js';
import { Workers } from '../workers/workers.service.js';
import { planJob, received, upstreamBodyJob, type LargeRequest } from './plan-jobs.js';
import { getsTheSame, planOf, planRequest, type RequestPlan } from './request-plan.js';
import { scanRequest } from './scan-request.js';
import { mayStoreBy } from './store-header.js';
import { tagsOf } from './tags.js';
import type { UpstreamBody } from './upstream-body/upstream-bodies.js';

/** The scan of a body that is worked on where it came; undefined for one that a worker thread is to have. */
export function scanInPlace(format: CallerExchange['format'], body: Buffer): BodyScan | undefined {
  if (body.length > workerBounds.maxInPlaceBytes) return undefined;
  const scan = scanRequest(format, body);
  return scan.valueCount > workerBounds.maxInPlaceValues ? undefined : scan;
}

/** Plans requests: small ones at once, large ones beside the event loop. */
@Injectable()
export class Planner {
  constructor(
    private readonly catalog: CatalogService,
    private readonly workers: Workers,
    @Inject(GATEWAY_CONFIG) private readonly config: GatewayConfig,
  ) {}

  /** Throws or rejects as `decide` does, and as Workers do. The memory of a large body may go to another thread. */
  plan(
    exchange: CallerExchange,
    body: Buffer,
    startedAt: number,
  ): RequestPlan | Promise<RequestPlan> {
    const { format, req, key } = exchange;
    const { headers } = req;
    const scan = scanInPlace(format, body);
    if (scan === undefined) return this.planLarge(exchange, body, startedAt);
    const { accountId, keyId } = key;
    const table = this.catalog.table();
    const plan = planRequest({ format, headers, body, scan, accountId, startedAt, table });
    requireModel(key, plan.model);
    if (headers[idempotencyHeader] !== undefined) {
      plan.bodyHmac = requestHmac(this.config.IDEMPOTENCY_SECRET, { keyId, route: format, body });
    }
    return plan;
  }

  private async planLarge(
    { format, req, res, key }: CallerExchange,
    body: Buffer,
    startedAt: number,
  ): Promise<RequestPlan> {
    const { headers } = req;
    const { accountId, keyId } = key;
    const table = this.catalog.table();
    const tags = tagsOf(headers);
    const mayStore = mayStoreBy(headers);
    const bytes = body.length;
    const request = { format, headers, accountId, startedAt, table: table.plain };
    const secret = this.config.IDEMPOTENCY_SECRET;
    const hmac = headers[idempotencyHeader] === undefined ? undefined : { secret, keyId };
    const planned = await this.workers.run(
      planJob,
      { ...request, body, hmac },
      { sharer: key, bytes, weight: 3, isWanted: () => !res.destroyed },
    );
    requireModel(key, table.model(planned.decision.modelId)!);
    const prepared = received(planned.prepared);
    const first = table.endpoints(planned.decision.modelId)[0]!;
    let held: Buffer | undefined = planned.body;
    const another = async (
      endpoint: CatalogEndpoint,
      outputCap: number | undefined,
    ): Promise<UpstreamBody> => {
      // A thread took it and ended.
      if (held === undefined) throw RequestError.of('overloaded');
      const input: LargeRequest = { ...request, body: held };
      held = undefined;
      const made = await this.workers.run(
        upstreamBodyJob,
        { ...input, endpoint, outputCap },
        { sharer: key, bytes, weight: 3, isAdmitted: true },
      );
      held = made.body;
      return received(made.prepared);
    };
    return planOf(planned.decision, {
      table,
      startedAt,
      tags,
      mayStore,
      bodyBytes: bytes,
      callerBody: () => held,
      // What goes upstream is never the caller's own memory.
      heldBytes: bytes + Math.max(bytes, prepared.body.length),
      bodyHmac: planned.bodyHmac,
      bodyFor: (endpoint, cap) =>
        cap === undefined && getsTheSame(endpoint, first) ? prepared : another(endpoint, cap),
    });
  }
}
