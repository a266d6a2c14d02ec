import { Injectable } from '@nestjs/common';
import { dayOf, encode, encodeAside, seal } from '@modelbridge/sealed-content';
import { Logger } from '@modelbridge/service-kit/logging';
import { Starts } from '../load/starts.service.js';
import { captureBounds } from './bounds.js';
import type { CaptureMemory } from './capture-memory.js';
import { ContentMetrics } from './content-metrics.service.js';
import { ContentStore } from './content-store.service.js';
import type { CapturedContent } from './request-capture.js';
import { SealingKeys } from './sealing-keys.service.js';

/** Seals contents when the event loop has time for it, which requests have first. */
@Injectable()
export class ContentSealer {
  private readonly waiting: CapturedContent[] = [];
  private timer: NodeJS.Timeout | undefined;
  /** Contents on which something outside this turn works. */
  private readonly apart = new Set<Promise<void>>();
  /** Large ones, one after another. */
  private large: Promise<void> = Promise.resolve();

  constructor(
    private readonly keys: SealingKeys,
    private readonly store: ContentStore,
    private readonly starts: Starts,
    private readonly metrics: ContentMetrics,
    private readonly logger: Logger,
  ) {}

  private get memory(): CaptureMemory {
    return this.store.memory;
  }

  add(content: CapturedContent): void {
    this.waiting.push(content);
    this.later(captureBounds.sealAfterMs);
  }

  /** Seals all that waits; what comes meanwhile as well. */
  async close(): Promise<void> {
    clearTimeout(this.timer);
    for (;;) {
      for (const content of this.waiting.splice(0)) this.begin(content);
      if (this.apart.size === 0) return;
      await Promise.all(this.apart);
    }
  }

  private later(ms: number): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.turn();
    }, ms);
  }

  private turn(): void {
    if (this.starts.isBusy) return this.later(captureBounds.busyRetryMs);
    const began = performance.now();
    let done = 0;
    while (done < this.waiting.length && performance.now() - began < captureBounds.turnMs) {
      this.begin(this.waiting[done]!);
      done += 1;
    }
    this.waiting.splice(0, done);
    if (this.waiting.length > 0) this.later(0);
  }

  /** Seals it at once where that can be. */
  private begin(content: CapturedContent): void {
    try {
      const { userId, requestId } = content.binding;
      const day = dayOf(requestId);
      const isLarge = content.rawBytes > captureBounds.maxInPlaceBytes;
      const key = this.keys.find(userId, day);
      if (key === undefined) return this.aside(this.askFirst(content, userId, day));
      if (isLarge) {
        this.large = this.large.then(() => this.sealLarge(content, userId, day));
        return this.aside(this.large);
      }
      this.sealed(content, seal(key, content.binding, encode(content.content)));
    } catch (error) {
      this.failed(content, error);
    }
  }

  private aside(work: Promise<void>): void {
    const ended = work.finally(() => this.apart.delete(ended));
    this.apart.add(ended);
  }

  private async askFirst(content: CapturedContent, userId: string, day: string): Promise<void> {
    const key = await this.keys.ask(userId, day);
    if (typeof key === 'string') return this.store.drop(content, key);
    this.begin(content);
  }

  private async sealLarge(content: CapturedContent, userId: string, day: string): Promise<void> {
    try {
      const encoded = await encodeAside(content.content);
      // It may be over by now.
      const key = this.keys.find(userId, day) ?? (await this.keys.ask(userId, day));
      if (typeof key === 'string') return this.store.drop(content, key);
      this.sealed(content, seal(key, content.binding, encoded));
    } catch (error) {
      this.failed(content, error);
    }
  }

  private sealed({ owner, binding, rawBytes, heldBytes }: CapturedContent, sealed: Buffer): void {
    const kept = Math.min(heldBytes, sealed.length);
    this.memory.release(owner, heldBytes - kept);
    this.store.add({ owner, heldBytes: kept, content: { ...binding, sealed, rawBytes } });
  }

  private failed(content: CapturedContent, error: unknown): void {
    const { requestId } = content.binding;
    this.logger.error({ err: error, requestId }, 'a content could not be sealed');
    this.store.drop(content, 'failed');
  }
}
