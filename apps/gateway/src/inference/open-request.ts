import { totalInput, type TokenCounts } from '@modelbridge/contracts';
import type { RequestOutcome } from '@modelbridge/contracts/events';
import type { StreamProgress } from '@modelbridge/llm-wire';
import type { Logger } from '@modelbridge/service-kit/logging';
import type { Hold } from '../allowances/allowances.service.js';
import type { RateStanding } from '../allowances/rate-slice.js';
import type { CatalogEndpoint, CatalogModel } from '../catalog/routing-table.js';
import type { SpoolEntry, Written } from '../spool/spool.js';
import type { RequestMetrics } from './request-metrics.service.js';
import { free } from '../pricing/price.js';
import { chargeOf, type ReplyFacts } from '../pricing/charge.js';

export interface RequestEnd {
  /** The HTTP status that the caller saw. */
  status: number;
  outcome: RequestOutcome;
  finishReason: string | null;
  errorClass: string | null;
  reply: ReplyFacts;
}

export interface OpenRequestFacts {
  requestId: string;
  model: CatalogModel;
  startedAt: number;
  estimatedInputTokens: number;
  /** An echo answers: no provider is called, and nothing is charged. */
  isTest: boolean;
}

const progressEveryMs = 1_000;

/** A request that is in the spool and holds money; it is closed and charged exactly once. */
export class OpenRequest {
  /** The endpoint that was called last. */
  endpoint: CatalogEndpoint | undefined;
  private timeToFirstTokenMs: number | null = null;
  private lastProgress = -Infinity;
  private closed = false;

  constructor(
    readonly facts: OpenRequestFacts,
    private readonly hold: Hold,
    private readonly entry: SpoolEntry,
    private readonly parts: { metrics: RequestMetrics; logger: Logger },
  ) {}

  /** No byte of the reply leaves before. */
  get durable(): Promise<void> {
    return this.entry.durable;
  }

  /** Calls back once what was journalled so far survives this process; the error is that of the disk. */
  written(then: Written): void {
    this.entry.written(then);
  }

  /** Where the key stood in its rate limits when the request was admitted; undefined without a plan. */
  get rate(): RateStanding | undefined {
    return this.hold.rate;
  }

  /** The first byte of the reply is about to leave. */
  firstByte(): void {
    this.timeToFirstTokenMs ??= Date.now() - this.facts.startedAt;
  }

  /** To be called before each piece of a stream leaves; most calls do nothing. */
  progress(now: number, read: () => StreamProgress): void {
    if (now - this.lastProgress < progressEveryMs) return;
    this.lastProgress = now;
    const { bytes, events, estimatedOutputTokens, usage } = read();
    this.entry.progress({ bytes, frames: events, estimatedOutputTokens, reported: usage });
  }

  /** Journals how the request ended; the caller's last byte leaves once it is `written`. A second call does nothing. */
  close(end: RequestEnd): void {
    if (this.closed) return;
    this.closed = true;
    const { requestId, model, startedAt, estimatedInputTokens, isTest } = this.facts;
    const { counts, costNanoUsd, estimated, fault } = chargeOf(end.reply, {
      tiers: isTest ? free.tiers : model.price.tiers,
      reservedNanoUsd: this.hold.reservedNanoUsd,
      estimatedInputTokens,
    });
    if (fault !== undefined) {
      this.parts.metrics.fault(fault);
      this.parts.logger.error(
        { requestId, model: model.id, fault },
        'a request was charged wrongly',
      );
    }
    const { timeToFirstTokenMs } = this;
    const { status, outcome, finishReason, errorClass } = end;
    const completedAt = Date.now();
    this.entry.close({
      completedAt,
      status,
      outcome,
      finishReason,
      errorClass,
      estimated,
      counts,
      costNanoUsd,
      timeToFirstTokenMs,
      provider: isTest ? null : (this.endpoint?.provider ?? null),
      region: isTest ? null : (this.endpoint?.region ?? null),
    });
    this.hold.spend(costNanoUsd, tokensOf(counts));
    const durationMs = completedAt - startedAt;
    const { metrics } = this.parts;
    metrics.closed({ model: model.id, outcome, status, counts, durationMs, timeToFirstTokenMs });
  }
}

/** Everything that a token rate limit counts; reasoning is a part of output. */
function tokensOf(counts: TokenCounts): number {
  return totalInput(counts) + counts.outputTokens;
}
