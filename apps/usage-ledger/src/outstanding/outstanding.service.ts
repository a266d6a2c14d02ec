import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { Logger } from '@modelbridge/service-kit/logging';
import type { OutstandingEpoch, UnsettledEpoch } from './outstanding.js';
import { OutstandingRepository } from './outstanding.repository.js';

const pruneEveryMs = 10 * 60_000;

/** Knows of usage that is not charged yet, also while no event gets through. */
@Injectable()
export class OutstandingService implements OnModuleInit, OnModuleDestroy {
  /** Since then every report could be kept: before, nobody's silence means anything. */
  private listeningSince = performance.now();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly repository: OutstandingRepository,
    private readonly logger: Logger,
  ) {}

  onModuleInit(): void {
    this.timer = setInterval(() => void this.prune(), pruneEveryMs);
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  async report(epochs: readonly UnsettledEpoch[]): Promise<void> {
    if (epochs.length === 0) return;
    try {
      await this.repository.report(epochs);
    } catch (error) {
      this.listeningSince = performance.now();
      throw error;
    }
  }

  async list(): Promise<{ epochs: OutstandingEpoch[]; oldestUnconfirmedAgeMs: bigint }> {
    const [epochs, oldestUnconfirmedAgeMs] = await Promise.all([
      this.repository.epochs(),
      this.repository.oldestUnconfirmedAgeMs(),
    ]);
    const listeningMs = BigInt(Math.floor(performance.now() - this.listeningSince));
    return {
      epochs: epochs.map((epoch) => ({
        ...epoch,
        silentMs: epoch.silentMs < listeningMs ? epoch.silentMs : listeningMs,
      })),
      oldestUnconfirmedAgeMs,
    };
  }

  private async prune(): Promise<void> {
    try {
      await this.repository.prune();
    } catch (error) {
      this.logger.warn({ err: error }, 'old reports of unsettled usage could not be removed');
    }
  }
}
