import { Inject, Injectable } from '@nestjs/common';
import { newId } from '@modelbridge/contracts';
import type { JsonObject } from '@modelbridge/llm-wire';
import { Logger } from '@modelbridge/service-kit/logging';
import type { BodyBudget } from '../body/body-budget.js';
import { CatalogService } from '../catalog/catalog.service.js';
import { GATEWAY_CONFIG, type GatewayConfig } from '../config.js';
import { answerError } from '../errors/answer-error.js';
import { RequestError } from '../errors/request-error.js';
import { captureBounds } from '../capture/bounds.js';
import type { CallerExchange, Exchange, SentMessage } from '../exchange.js';
import { InferenceService } from '../inference/inference.service.js';
import { scanInPlace } from '../plan/planner.service.js';
import { Workers } from '../workers/workers.service.js';
import { mayHaveCompaction } from './compacted-input.js';
import { compactedResponse, compactionObject, type CompactionReply } from './compaction-reply.js';
import { readInput, readInputJob, type ReadInput } from './read-input.js';
import { CompactionSeal } from './seal.js';
import { SummaryResponse } from './summary-response.js';

type WholeReply = CompactionReply['whole'];

/**
 * The Responses API with compaction: conversations are summed up by their own model, the summaries are sealed
 * for the account, and opened again where they come back.
 */
@Injectable()
export class ResponsesService {
  private readonly secret: string;
  private readonly seal: CompactionSeal;

  constructor(
    @Inject(GATEWAY_CONFIG) config: GatewayConfig,
    private readonly inference: InferenceService,
    private readonly catalog: CatalogService,
    private readonly workers: Workers,
    private readonly logger: Logger,
  ) {
    this.secret = config.COMPACTION_SECRET;
    this.seal = new CompactionSeal(this.secret);
  }

  get budget(): BodyBudget {
    return this.inference.budget;
  }

  /** `POST /v1/responses`. Rejects as inference does. */
  async handle(exchange: Exchange): Promise<void> {
    const startedAt = Date.now();
    await this.run(exchange, await this.inference.read(exchange), startedAt);
  }

  /** The same for a body whose length was taken from `budget`. */
  async run(exchange: CallerExchange, body: Buffer, startedAt?: number): Promise<void> {
    if (!mayHaveCompaction(body)) return this.inference.run(exchange, body, startedAt);
    await this.inPlaceOf(exchange, body, async () => {
      const { sent, input } = await this.readSent(exchange, body, 'responses');
      const asked = { ...exchange, sent };
      if (input.summary === undefined) await this.begin(asked, input.body);
      else await this.sumUp(asked, input, compactedResponse);
    });
  }

  /** Rejects with what `run` would refuse before money is asked for. */
  async check(exchange: CallerExchange, body: Buffer): Promise<void> {
    const read = mayHaveCompaction(body) ? await this.read(exchange, body, 'responses') : { body };
    await this.inference.check(exchange, read.body);
  }

  /** `POST /v1/responses/compact`. */
  async compact(exchange: Exchange): Promise<void> {
    const body = await this.inference.read(exchange);
    await this.inPlaceOf(exchange, body, async () => {
      const { sent, input } = await this.readSent(exchange, body, 'compact');
      await this.sumUp({ ...exchange, sent }, input, (response, item) =>
        compactionObject(response, input.summary?.messages ?? [], item),
      );
    });
  }

  /** Runs `work`, which takes what it needs from the budget itself. */
  private async inPlaceOf(
    { key }: CallerExchange,
    { length }: Buffer,
    work: () => Promise<void>,
  ): Promise<void> {
    try {
      await work();
    } finally {
      this.budget.of(key).release(length);
    }
  }

  /** The same with what the caller sent, of which a copy stays here while another thread reads it. */
  private async readSent(
    exchange: CallerExchange,
    body: Buffer,
    route: 'responses' | 'compact',
  ): Promise<{ sent: SentMessage; input: ReadInput }> {
    const bodyBytes = body.length;
    const copyBytes = bodyBytes <= captureBounds.maxContentBytes ? bodyBytes : 0;
    const budget = this.budget.of(exchange.key);
    budget.take(copyBytes);
    try {
      const read = copyBytes === 0 ? body : Buffer.from(body);
      const input = await this.read(exchange, read, route);
      const path = route === 'compact' ? '/v1/responses/compact' : '/v1/responses';
      const own = { method: 'POST', path, body, bodyBytes, mayStore: true };
      return { sent: exchange.sent ?? own, input };
    } finally {
      budget.release(copyBytes);
    }
  }

  private async read(
    { key, res }: CallerExchange,
    body: Buffer,
    route: 'responses' | 'compact',
  ): Promise<ReadInput> {
    const { accountId } = key;
    const table = this.catalog.table();
    const request = { body, secret: this.secret, accountId, route };
    if (scanInPlace('responses', body) !== undefined) return readInput(request, table);
    return this.workers.run(
      readInputJob,
      { ...request, table: table.plain },
      { sharer: key, bytes: body.length, weight: 3, isWanted: () => !res.destroyed },
    );
  }

  private sumUp(
    exchange: CallerExchange,
    { body, summary }: ReadInput,
    whole: WholeReply,
  ): Promise<void> {
    const { accountId } = exchange.key;
    const item = (text: string): JsonObject => ({
      id: newId('request').replace(/^[a-z]+_/, 'cmp_'),
      type: 'compaction',
      encrypted_content: this.seal.seal(accountId, text),
    });
    const streams = summary?.streams === true;
    const res = new SummaryResponse(exchange.res, streams, { whole, item }, (to) => {
      const message =
        'The model wrote no summary, or not to its end. Try again, or with a higher cap.';
      answerError(
        { ...exchange, res: to },
        RequestError.of('upstream_invalid_reply', { message }),
        this.logger,
      );
    });
    return this.begin({ ...exchange, res }, body);
  }

  private async begin(exchange: CallerExchange, body: Buffer): Promise<void> {
    this.budget.of(exchange.key).take(body.length);
    await this.inference.run(exchange, body);
  }
}
