import { KickedLoop } from '@modelbridge/service-kit/process';
import { Logger } from '@modelbridge/service-kit/logging';
import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { UsageSeriesRepository } from './usage-series.repository.js';
import {
  oldestMinute,
  seriesBounds,
  seriesOf,
  type SeriesQuery,
  type UsageSeries,
} from './usage-series.js';

/** What an account used over time, from roll-ups alone; keeps those of minutes as long as they are told. */
@Injectable()
export class UsageSeriesService implements OnModuleInit, OnModuleDestroy {
  private timer: NodeJS.Timeout | undefined;
  private readonly pruning: KickedLoop;

  constructor(
    private readonly repository: UsageSeriesRepository,
    logger: Logger,
  ) {
    this.pruning = new KickedLoop(
      () => this.repository.removeMinutesBefore(new Date(oldestMinute(new Date()))),
      (error) => logger.warn({ err: error }, 'old sums by the minute could not be removed'),
    );
  }

  onModuleInit(): void {
    this.timer = setInterval(() => void this.pruning.kick(), seriesBounds.pruneEveryMs);
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  async get(query: SeriesQuery): Promise<UsageSeries> {
    return seriesOf(query, await this.repository.list(query));
  }

  /** Resolves when no sums are left of minutes that nobody is told any more. */
  prune(): Promise<void> {
    return this.pruning.kick();
  }
}
