import { Logger } from '@modelbridge/service-kit/logging';
import { Metrics } from '@modelbridge/service-kit/metrics';
import { KickedLoop } from '@modelbridge/service-kit/process';
import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { dayBounds } from './bounds.js';
import {
  DetachedPartitionsRepository,
  type DetachedPartition,
} from './detached-partitions.repository.js';

/**
 * Removes the rows of days that have ended. Nobody can read them, their key is destroyed; that they go afterwards keeps the end
 * of a day, and of the days after it, from waiting for the file system.
 */
@Injectable()
export class DetachedPartitions implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly removals: KickedLoop;
  private timer: NodeJS.Timeout | undefined;
  private longestMs = 0;

  constructor(
    private readonly detached: DetachedPartitionsRepository,
    private readonly logger: Logger,
    metrics: Metrics,
  ) {
    this.removals = new KickedLoop(
      () => this.remove(),
      (error) => logger.error({ err: error }, 'rows of days that have ended could not be removed'),
    );
    const longest = () => this.longestMs / 1_000;
    metrics.gauge({
      name: 'retention_detached_seconds',
      help: 'For how long unreadable rows of a day have waited to be removed; an alert above an hour',
      collect() {
        this.set(longest());
      },
    });
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => this.kick(), dayBounds.removalLookMs);
    this.kick();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  kick(): void {
    void this.removals.kick();
  }

  /** Removes all that there are, oldest first. One that fails keeps no other; throws the first failure. */
  async remove(): Promise<void> {
    const failures: unknown[] = [];
    for (const { day } of await this.look()) {
      await this.detached.drop(day).then(
        () => this.logger.info({ day }, 'the rows of a day that has ended are removed'),
        (error: unknown) => failures.push(error),
      );
    }
    await this.look();
    if (failures.length > 0) throw failures[0];
  }

  /** How many wait to be removed, and which for too long. */
  async overdue(): Promise<{ looked: number; days: string[] }> {
    const waiting = await this.look();
    const overdue = waiting.filter(({ waitingMs }) => waitingMs > dayBounds.removalMs);
    return { looked: waiting.length, days: overdue.map(({ day }) => day) };
  }

  private async look(): Promise<DetachedPartition[]> {
    const waiting = await this.detached.list();
    this.longestMs = Math.max(0, ...waiting.map(({ waitingMs }) => waitingMs));
    return waiting;
  }
}
