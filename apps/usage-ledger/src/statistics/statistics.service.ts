import { Database } from '@modelbridge/service-kit/database';
import { Logger } from '@modelbridge/service-kit/logging';
import { KickedLoop } from '@modelbridge/service-kit/loops';
import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { smallestUuidAt } from '../requests/id-time.js';
import { Objectors } from './objectors.service.js';
import { hourMs, hoursDue, publishable, statisticsBounds } from './statistics.js';
import { StatisticsRepository, type ServiceHour } from './statistics.repository.js';

const dayMs = 24 * hourMs;

/** Counts how models have answered, each hour once, and keeps what may be told of it. */
@Injectable()
export class StatisticsService implements OnModuleInit, OnModuleDestroy {
  private timer: NodeJS.Timeout | undefined;
  private stopping = false;
  private readonly loop: KickedLoop;

  constructor(
    private readonly database: Database,
    private readonly repository: StatisticsRepository,
    private readonly objectors: Objectors,
    logger: Logger,
  ) {
    this.loop = new KickedLoop(
      () => this.countDue(new Date()),
      (error) => logger.warn({ err: error }, 'statistics are not counted; the next pass does it'),
    );
  }

  onModuleInit(): void {
    this.timer = setInterval(() => void this.loop.kick(), statisticsBounds.everyMs);
  }

  async onModuleDestroy(): Promise<void> {
    this.stopping = true;
    clearInterval(this.timer);
    await this.loop.kick();
    this.objectors.close();
  }

  /** Counts every hour that is over. Nothing is counted while it cannot be known who objects. */
  async countDue(now: Date): Promise<void> {
    if (this.stopping) return;
    const due = await this.repository.uncounted(hoursDue(now));
    if (due.length === 0) return;
    const without = await this.objectors.all();
    for (const hour of due) await this.count(hour, without);
    await this.repository.removeBefore(new Date(now.getTime() - statisticsBounds.keptDays * dayMs));
  }

  async published(
    hours: number,
    now: Date,
  ): Promise<{ hours: ServiceHour[]; countedUntil?: Date }> {
    const newest = await this.repository.newestCounted();
    return {
      hours: await this.repository.since(new Date(now.getTime() - hours * hourMs)),
      countedUntil: newest && new Date(newest.getTime() + hourMs),
    };
  }

  private count(hour: Date, without: readonly string[]): Promise<void> {
    return this.database.transaction(async (tx) => {
      if (!(await this.repository.claim(tx, hour))) return;
      const [from, to] = [hour.getTime(), hour.getTime() + hourMs].map(smallestUuidAt);
      const groups = await this.repository.count(tx, from ?? '', to ?? '', without);
      await this.repository.add(
        tx,
        hour,
        groups.flatMap((group) => publishable(group) ?? []),
      );
    });
  }
}
