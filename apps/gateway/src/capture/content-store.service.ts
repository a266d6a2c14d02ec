import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { rpcErrorFrom } from '@modelbridge/service-kit/grpc';
import { Logger } from '@modelbridge/service-kit/logging';
import { KickedLoop } from '@modelbridge/service-kit/loops';
import { RetentionClient } from '../clients/clients.module.js';
import type { Owner } from '../shares/key-shares.js';
import { captureBounds } from './bounds.js';
import { CaptureMemory } from './capture-memory.js';
import { ContentMetrics } from './content-metrics.service.js';
import type { DropReason } from './request-capture.js';

/** One that waits for retention. */
interface Waiting {
  owner: Owner;
  heldBytes: number;
  content: {
    accountId: string;
    userId: string;
    requestId: string;
    sealed: Buffer;
    rawBytes: number;
  };
}

/** Hands sealed contents to retention in batches; what it does not take in time is dropped. */
@Injectable()
export class ContentStore {
  readonly memory = new CaptureMemory(captureBounds.maxBytes);
  private waiting: Waiting[] = [];
  private waitingBytes = 0;
  private timer: NodeJS.Timeout | undefined;
  private readonly closing = new AbortController();
  private readonly sending = new KickedLoop(
    () => this.sendAll(),
    (error) => this.logger.error({ err: error }, 'sealed contents could not be handed on'),
  );

  constructor(
    private readonly retention: RetentionClient,
    private readonly metrics: ContentMetrics,
    private readonly logger: Logger,
  ) {
    metrics.held(() => this.memory.heldBytes);
  }

  add(waiting: Waiting): void {
    this.waiting.push(waiting);
    this.waitingBytes += waiting.content.sealed.length;
    const { batchContents, batchBytes, batchAfterMs } = captureBounds;
    if (this.waiting.length >= batchContents || this.waitingBytes >= batchBytes) void this.send();
    else this.timer ??= setTimeout(() => void this.send(), batchAfterMs);
  }

  /** Nothing is kept of it. */
  drop({ owner, heldBytes }: Pick<Waiting, 'owner' | 'heldBytes'>, reason: DropReason): void {
    this.memory.release(owner, heldBytes);
    this.metrics.dropped(reason);
  }

  /** Sends what waits, without another try. */
  async close(): Promise<void> {
    this.closing.abort();
    await this.send();
  }

  private send(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    return this.sending.kick();
  }

  private async sendAll(): Promise<void> {
    for (let batch = this.nextBatch(); batch.length > 0; batch = this.nextBatch()) {
      const reason = await this.tryAll(batch);
      for (const { owner, heldBytes } of batch) this.memory.release(owner, heldBytes);
      if (reason !== undefined) this.metrics.dropped(reason, batch.length);
    }
  }

  private nextBatch(): Waiting[] {
    const { batchContents, batchBytes } = captureBounds;
    let bytes = 0;
    let count = 0;
    while (count < Math.min(batchContents, this.waiting.length) && bytes < batchBytes) {
      bytes += this.waiting[count]!.content.sealed.length;
      count += 1;
    }
    this.waitingBytes -= bytes;
    return this.waiting.splice(0, count);
  }

  /** Why nothing of it is kept; undefined where it is. */
  private async tryAll(batch: readonly Waiting[]): Promise<DropReason | undefined> {
    const { signal } = this.closing;
    for (let attempt = 0; ; attempt += 1) {
      const code = await this.tryOnce(batch);
      if (code === undefined) return undefined;
      const pauseMs = captureBounds.retryAfterMs[attempt];
      if (pauseMs === undefined || signal.aborted) {
        const { length } = batch;
        this.logger.warn({ code, contents: length }, 'retention did not take sealed contents');
        return signal.aborted ? 'shut_down' : 'retention_unavailable';
      }
      await delay(pauseMs, undefined, { signal }).catch(() => undefined);
    }
  }

  /** The code of what went wrong. */
  private async tryOnce(batch: readonly Waiting[]): Promise<string | undefined> {
    try {
      const contents = batch.map(({ content }) => ({
        ...content,
        rawBytes: BigInt(content.rawBytes),
      }));
      const { refused } = await this.retention.storeContents(
        { contents },
        { timeoutMs: captureBounds.storeTimeoutMs },
      );
      this.metrics.dropped('refused', refused.length);
      const isRefused = new Set(refused.map(({ requestId }) => requestId));
      const kept = batch.filter(({ content }) => !isRefused.has(content.requestId));
      const sum = (of: (waiting: Waiting) => number): number =>
        kept.reduce((total, waiting) => total + of(waiting), 0);
      this.metrics.stored(
        kept.length,
        sum(({ content }) => content.rawBytes),
        sum(({ content }) => content.sealed.length),
      );
      return undefined;
    } catch (error) {
      return rpcErrorFrom(error)?.code ?? 'unknown';
    }
  }
}
