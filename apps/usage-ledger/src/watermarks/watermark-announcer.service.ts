import { randomUUID } from 'node:crypto';
import { usageLedgerWatermarkAdvanced } from '@modelbridge/contracts/events';
import { Logger } from '@modelbridge/service-kit/logging';
import { Messaging } from '@modelbridge/service-kit/messaging';
import { KickedLoop } from '@modelbridge/service-kit/process';
import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { WatermarksRepository } from './watermarks.repository.js';

export const announcementBounds = {
  againMs: 5_000,
  /** Longer than JetStream remembers message ids: a record that is sent again may be dropped as known. */
  keepAnnouncingMs: 180_000,
  epochsPerEvent: 1_000,
};

/**
 * Publishes watermarks: at once when records of an epoch arrive, and again while it is active. The event
 * needs no outbox: the newest one says it all, and a gateway that misses it sends its records again.
 */
@Injectable()
export class WatermarkAnnouncer implements OnModuleInit, OnModuleDestroy {
  private readonly lastArrivalMs = new Map<string, number>();
  private readonly pending = new Set<string>();
  private readonly publishing: KickedLoop;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly repository: WatermarksRepository,
    private readonly messaging: Messaging,
    logger: Logger,
  ) {
    this.publishing = new KickedLoop(
      () => this.publishPending(),
      (error) =>
        logger.warn({ err: error }, 'watermarks could not be announced; they follow later'),
    );
  }

  onModuleInit(): void {
    this.timer = setInterval(() => this.announceActive(), announcementBounds.againMs);
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    await this.publishing.kick();
  }

  /** Announces the committed watermarks of epochs soon; several calls may become one event. */
  announce(epochs: readonly string[]): void {
    for (const epoch of epochs) {
      this.lastArrivalMs.set(epoch, Date.now());
      this.pending.add(epoch);
    }
    void this.publishing.kick();
  }

  private announceActive(): void {
    const since = Date.now() - announcementBounds.keepAnnouncingMs;
    for (const [epoch, arrivedMs] of this.lastArrivalMs) {
      if (arrivedMs < since) this.lastArrivalMs.delete(epoch);
      else this.pending.add(epoch);
    }
    void this.publishing.kick();
  }

  private async publishPending(): Promise<void> {
    while (this.pending.size > 0) {
      const epochs = [...this.pending].slice(0, announcementBounds.epochsPerEvent);
      for (const epoch of epochs) this.pending.delete(epoch);
      const watermarks = await this.repository.watermarks(epochs);
      if (watermarks.size === 0) continue;
      await this.messaging.publish(
        usageLedgerWatermarkAdvanced,
        {
          epochs: [...watermarks].map(([gatewayEpoch, watermark]) => ({
            gatewayEpoch,
            settledSequence: Number(watermark),
          })),
        },
        { id: randomUUID() },
      );
    }
  }
}
