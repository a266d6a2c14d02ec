import { Logger } from '@modelbridge/service-kit/logging';
import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { monthsFrom, type IdMonth } from './id-month.js';
import { recordingBounds } from './bounds.js';
import { PartitionsRepository } from './partitions.repository.js';

const checkIntervalMs = 6 * 60 * 60 * 1000;

/** Keeps a partition ready for every month that a request id may come from. */
@Injectable()
export class PartitionsService implements OnModuleInit, OnModuleDestroy {
  private readonly ready = new Set<string>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly partitions: PartitionsRepository,
    private readonly logger: Logger,
  ) {}

  async onModuleInit(): Promise<void> {
    await this.prepare();
    this.timer = setInterval(() => void this.prepareAgain(), checkIntervalMs);
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  /** Makes those of these partitions that are missing: for ids that come late, or are of a wrong clock. */
  async ensure(months: readonly IdMonth[]): Promise<void> {
    for (const month of months) {
      if (this.ready.has(month.month)) continue;
      await this.partitions.create(month);
      this.ready.add(month.month);
    }
  }

  private prepare(): Promise<void> {
    return this.ensure(monthsFrom(new Date(), 0, recordingBounds.monthsAhead + 1));
  }

  private async prepareAgain(): Promise<void> {
    try {
      await this.prepare();
    } catch (error) {
      this.logger.error({ err: error }, 'the partitions of the next months could not be made');
    }
  }
}
