import { Inject, Injectable } from '@nestjs/common';
import { newId } from '@modelbridge/contracts';
import type { JsonObject } from '@modelbridge/llm-wire';
import { Logger } from '@modelbridge/service-kit/logging';
import type { BodyBudget } from '../body/body-budget.js';
import { CatalogService } from '../catalog/catalog.service.js';
import { GATEWAY_CONFIG, type GatewayConfig } from '../config.js';
import { answerError } from '../errors/answer-error.js';
import { badField, RequestError } from '../errors/request-error.js';
import type { CallerExchange, Exchange } from '../exchange.js';
import { InferenceService } from '../inference/inference.service.js';
import { scanRequest } from '../plan/scan-request.js';
import {
  isTriggered,
  itemsOf,
  mayHaveCompaction,
  openItems,
  userMessages,
} from './compacted-input.js';
import { compactedResponse, compactionObject, type CompactionReply } from './compaction-reply.js';
import { CompactionSeal } from './seal.js';
import { SummaryResponse } from './summary-response.js';
import { summaryRequest } from './summary-request.js';

type WholeReply = CompactionReply['whole'];

/**
 * The Responses API with compaction: conversations are summed up by their own model, the summaries are sealed
 * for the account, and opened again where they come back.
 */
@Injectable()
export class ResponsesService {
  private readonly seal: CompactionSeal;

  constructor(
    @Inject(GATEWAY_CONFIG) config: GatewayConfig,
    private readonly inference: InferenceService,
    private readonly catalog: CatalogService,
    private readonly logger: Logger,
  ) {
    this.seal = new CompactionSeal(config.COMPACTION_SECRET);
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
    await this.inPlaceOf(body, async () => {
      const request = requestOf(body);
      const given = itemsOf(request['input']) ?? [];
      const opened = this.open(exchange, given);
      if (isTriggered(given) && !this.compactsItself(request['model'])) {
        const items = (opened ?? given).slice(0, -1);
        return this.sumUp(exchange, request, items, compactedResponse);
      }
      const asked = opened === undefined ? body : bytesOf({ ...request, input: opened });
      await this.begin(exchange, asked);
    });
  }

  /** Throws what `run` would refuse before money is asked for. */
  check(exchange: CallerExchange, body: Buffer): void {
    const request = mayHaveCompaction(body) ? requestOf(body) : undefined;
    const opened = request && this.open(exchange, itemsOf(request['input']) ?? []);
    this.inference.check(exchange, opened ? bytesOf({ ...request, input: opened }) : body);
  }

  /** `POST /v1/responses/compact`. */
  async compact(exchange: Exchange): Promise<void> {
    const body = await this.inference.read(exchange);
    await this.inPlaceOf(body, async () => {
      const { stream: _, ...request } = requestOf(body);
      const given = itemsOf(request['input']);
      if (given === undefined) throw badField('input', "'input' must be a string or an array.");
      const items = this.open(exchange, given) ?? given;
      await this.sumUp(exchange, request, items, (response, item) =>
        compactionObject(response, userMessages(given), item),
      );
    });
  }

  /** Runs `work`, which takes what it needs from the budget itself. */
  private async inPlaceOf(body: Buffer, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } finally {
      this.budget.release(body.length);
    }
  }

  private open({ key }: CallerExchange, items: unknown[]): unknown[] | undefined {
    return openItems(items, (sealed) => this.seal.open(key.accountId, sealed));
  }

  private sumUp(
    exchange: CallerExchange,
    request: JsonObject,
    items: unknown[],
    whole: WholeReply,
  ): Promise<void> {
    const { accountId } = exchange.key;
    const item = (text: string): JsonObject => ({
      id: newId('request').replace(/^[a-z]+_/, 'cmp_'),
      type: 'compaction',
      encrypted_content: this.seal.seal(accountId, text),
    });
    const res = new SummaryResponse(
      exchange.res,
      request['stream'] === true,
      { whole, item },
      () => {
        const message =
          'The model wrote no summary, or not to its end. Try again, or with a higher cap.';
        answerError(exchange, RequestError.of('upstream_invalid_reply', { message }), this.logger);
      },
    );
    return this.begin({ ...exchange, res }, bytesOf(summaryRequest(request, items)));
  }

  private async begin(exchange: CallerExchange, body: Buffer): Promise<void> {
    this.budget.take(body.length);
    await this.inference.run(exchange, body);
  }

  /** Whether the model's provider takes a trigger itself. */
  private compactsItself(name: unknown): boolean {
    const table = this.catalog.table();
    const model = typeof name === 'string' ? table.model(name) : undefined;
    const [first] = model === undefined ? [] : table.endpoints(model.id);
    return first === undefined || first.formats.includes('responses');
  }
}

/** Checks the body as every one is, and reads it. */
function requestOf(body: Buffer): JsonObject {
  scanRequest('responses', body);
  return JSON.parse(body.toString()) as JsonObject;
}

function bytesOf(request: JsonObject): Buffer {
  return Buffer.from(JSON.stringify(request));
}
