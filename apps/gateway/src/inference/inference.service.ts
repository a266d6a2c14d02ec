import { Inject, Injectable } from '@nestjs/common';
import type { WireFormat } from '@modelbridge/llm-wire';
import { Logger } from '@modelbridge/service-kit/logging';
import { freeHold } from '../allowances/admission.js';
import { Allowances, type Hold } from '../allowances/allowances.service.js';
import { refusalError } from '../allowances/refusal-error.js';
import { GATEWAY_CONFIG, type GatewayConfig } from '../config.js';
import { idempotencyHeader } from '../idempotency/idempotency-key.js';
import { IdempotencyService, type IdempotencyClaim } from '../idempotency/idempotency.service.js';
import { BodyBudget } from '../body/body-budget.js';
import { Captures } from '../capture/captures.service.js';
import { isStored } from '../capture/stored-model.js';
import { readBody } from '../body/read-body.js';
import { CallerGoneError } from '../errors/caller-gone.js';
import { RequestError } from '../errors/request-error.js';
import type { CallerExchange, CallerResponse, Exchange } from '../exchange.js';
import type { CatalogEndpoint } from '../catalog/routing-table.js';
import { bounds } from '../bounds.js';
import { EchoUpstream } from '../echo/echo-upstream.js';
import { freezePrice } from '../pricing/frozen-price.js';
import { Starts } from '../load/starts.service.js';
import { free } from '../pricing/price.js';
import { KeyShares } from '../shares/key-shares.js';
import { Spool, SpoolFullError, type SpoolEntry } from '../spool/spool.js';
import { UpstreamService } from '../upstream/upstream.service.js';
import { InferenceRun } from './inference-run.js';
import { OpenRequest } from './open-request.js';
import { Planner } from '../plan/planner.service.js';
import type { RequestPlan } from '../plan/request-plan.js';
import { RequestMetrics } from './request-metrics.service.js';
import { RunningRequests } from './running-requests.service.js';
import { Workers } from '../workers/workers.service.js';

const apis = {
  chat: 'chat_completions',
  responses: 'responses',
  messages: 'messages',
} as const satisfies Record<WireFormat, string>;

const noBytes = Buffer.alloc(0);

/** Takes an inference request from its body to the first call upstream. */
@Injectable()
export class InferenceService {
  /** What the bodies of all requests take, and what is not yet one. */
  readonly budget = new BodyBudget(bounds.maxBufferedBytes);
  private readonly open: KeyShares;
  /** Answers test keys. */
  private readonly echo = new EchoUpstream();

  constructor(
    private readonly planner: Planner,
    private readonly allowances: Allowances,
    private readonly idempotency: IdempotencyService,
    private readonly spool: Spool,
    private readonly upstream: UpstreamService,
    private readonly running: RunningRequests,
    private readonly starts: Starts,
    private readonly metrics: RequestMetrics,
    private readonly workers: Workers,
    private readonly captures: Captures,
    private readonly logger: Logger,
    @Inject(GATEWAY_CONFIG) private readonly config: GatewayConfig,
  ) {
    this.open = new KeyShares({
      name: 'open_requests',
      what: 'requests open',
      total: Math.min(bounds.maxOpenRequests, spool.mostOpen),
    });
  }

  /** Rejects with RequestError or WireRequestError when the request is refused; resolves once it is under way. */
  async handle(exchange: Exchange): Promise<void> {
    const startedAt = Date.now();
    await this.run(exchange, await this.read(exchange), startedAt);
  }

  /** The body of a request that would not be refused at once. */
  async read(exchange: Exchange): Promise<Buffer> {
    this.running.assertOpen();
    this.open.check(exchange.key);
    this.starts.check(exchange.key);
    return readBody(exchange.req, this.budget.of(exchange.key));
  }

  /** The same for a body that is here; its length was taken from `budget`, and is released when the request is over. */
  async run(exchange: CallerExchange, body: Buffer, startedAt: number = Date.now()): Promise<void> {
    const taken = { bytes: body.length };
    try {
      await this.starts.run(exchange.key, () =>
        this.planAndAdmit(exchange, body, startedAt, taken),
      );
    } catch (error) {
      this.budget.of(exchange.key).release(taken.bytes);
      throw error;
    }
  }

  private async planAndAdmit(
    exchange: CallerExchange,
    body: Buffer,
    startedAt: number,
    taken: { bytes: number },
  ): Promise<void> {
    const { key, req, res } = exchange;
    // It may have waited for its turn.
    if (res.destroyed) throw new CallerGoneError();
    const planned = this.planner.plan(exchange, body, startedAt);
    const plan = planned instanceof Promise ? await planned : planned;
    // A body, or the thread that plans it, may take longer than it takes to be told to stop.
    this.running.assertOpen();
    if (plan.heldBytes > taken.bytes) {
      this.budget.of(key).take(plan.heldBytes - taken.bytes);
      taken.bytes = plan.heldBytes;
    }
    const header = req.headers[idempotencyHeader];
    if (header === undefined) await this.admit(exchange, plan);
    else await this.admitOnce(exchange, plan, header);
  }

  /** Rejects with what `run` would refuse such a request with before it asks for money. */
  async check(exchange: CallerExchange, body: Buffer): Promise<void> {
    this.running.assertOpen();
    await this.planner.plan(exchange, body, Date.now());
  }

  private async admit(
    exchange: CallerExchange,
    plan: RequestPlan,
    claim?: IdempotencyClaim,
  ): Promise<void> {
    const { key } = exchange;
    this.open.take(key);
    try {
      if (key.isTest) return this.begin(exchange, plan, freeHold, claim);
      const admission = this.allowances.admit(key, plan.need, exchange.waitedMs);
      const admitted = admission instanceof Promise ? await admission : admission;
      if ('refused' in admitted) {
        const { teamId } = key;
        const dashboardUrl = this.config.DASHBOARD_URL;
        throw refusalError(admitted.refused, { dashboardUrl, teamId });
      }
      this.begin(exchange, plan, admitted.hold, claim);
    } catch (error) {
      this.open.release(key);
      throw error;
    }
  }

  /** As admit, if no other request was the first with this Idempotency-Key. */
  private async admitOnce(
    exchange: CallerExchange,
    plan: RequestPlan,
    header: string | string[],
  ): Promise<void> {
    const { requestId, key, waitedMs } = exchange;
    const { keyId } = key;
    const { bodyHmac = noBytes } = plan;
    const since = performance.now();
    const mayWaitMs = (): number => bounds.longestWaitMs - waitedMs - (performance.now() - since);
    const asked = { header, keyId, requestId, bodyHmac };
    const claim = await this.idempotency.claim(asked, mayWaitMs());
    exchange.waitedMs = bounds.longestWaitMs - mayWaitMs();
    try {
      await this.admit(exchange, plan, claim);
    } catch (error) {
      // Only requests that are not in the spool get here: their upstream was not called.
      await claim.release(mayWaitMs());
      throw error;
    }
  }

  /** From here on the request holds money: whatever happens, it is closed and settled. */
  private begin(
    exchange: CallerExchange,
    plan: RequestPlan,
    hold: Hold,
    claim: IdempotencyClaim | undefined,
  ): void {
    const { req, res, requestId, format, key } = exchange;
    if (res.destroyed) {
      hold.spend(0n, 0);
      throw new CallerGoneError();
    }
    const open = new OpenRequest(
      {
        requestId,
        model: plan.model,
        startedAt: plan.startedAt,
        estimatedInputTokens: plan.estimatedInputTokens,
        isTest: key.isTest,
      },
      hold,
      this.openInSpool(exchange, plan, hold),
      { metrics: this.metrics, logger: this.logger },
    );
    claim?.opened();
    const outputCap = key.isTest ? undefined : plan.outputCap(hold.reservedNanoUsd);
    const run: InferenceRun = new InferenceRun(
      {
        req,
        res: this.captured(exchange, plan, open),
        format,
        requestId,
        includeUsage: plan.fields.includeUsage,
        choices: plan.fields.choices,
        affinity: plan.affinity,
        streams: plan.fields.stream,
        outputCap,
        endpoints: plan.endpoints,
        open,
        sharer: exchange.key,
        bodyFor: (endpoint) => plan.bodyFor(endpoint, outputCap),
        onOver: () => {
          this.running.remove(run);
          this.open.release(exchange.key);
          this.budget.of(exchange.key).release(plan.heldBytes);
        },
      },
      {
        upstream: key.isTest ? this.echo : this.upstream,
        metrics: this.metrics,
        logger: this.logger,
        workers: this.workers,
      },
    );
    this.running.add(run);
    const start = (error: Error | null): void => {
      if (error === null) this.start(run, requestId);
      else run.fail(RequestError.of('usage_not_recorded'), 'spool_failed');
    };
    if (claim === undefined) return open.written(start);
    // A claim without a record is freed: no upstream is called before OPEN is on disk.
    open.durable.then(() => start(null), start);
  }

  /** The response to a caller; what it is sent is captured where the model, the account and the request let it. */
  private captured(exchange: CallerExchange, plan: RequestPlan, open: OpenRequest): CallerResponse {
    const { res, format, key, sent } = exchange;
    const { model } = plan;
    if (!isStored(model) || key.isTest || !key.storesContent) return res;
    if (!plan.mayStore || !plan.fields.mayStore || sent?.mayStore === false) return res;
    const called = (): CatalogEndpoint | undefined => open.endpoint;
    return this.captures.begin(exchange, plan, { model, api: apis[format], called });
  }

  private start(run: InferenceRun, requestId: string): void {
    try {
      run.start();
    } catch (error) {
      this.logger.error({ err: error, requestId }, 'a request could not be sent');
      run.fail(RequestError.of('internal_error'), 'gateway_error');
    }
  }

  private openInSpool(exchange: CallerExchange, plan: RequestPlan, hold: Hold): SpoolEntry {
    const { key, requestId } = exchange;
    const { model } = plan;
    const first = key.isTest ? undefined : plan.endpoints[0];
    const price = key.isTest ? free : model.price;
    try {
      return this.spool.begin({
        requestId,
        allowanceId: hold.allowanceId,
        startedAt: plan.startedAt,
        accountId: key.accountId,
        userId: key.userId,
        teamId: key.teamId,
        keyId: key.keyId,
        keyHash: key.keyHash,
        model: model.id,
        provider: first?.provider ?? null,
        region: first?.region ?? null,
        api: apis[exchange.format],
        streamed: plan.fields.stream,
        priceVersion: price.version,
        price: freezePrice(price.tiers),
        reservedNanoUsd: hold.reservedNanoUsd,
        estimatedInputTokens: plan.estimatedInputTokens,
        tags: plan.tags,
      });
    } catch (error) {
      hold.spend(0n, 0);
      if (!(error instanceof SpoolFullError)) throw error;
      this.metrics.fault('spool_full');
      throw RequestError.of('usage_not_recorded');
    }
  }
}
