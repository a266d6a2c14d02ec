import { Database } from '@modelbridge/service-kit/database';
import { Logger } from '@modelbridge/service-kit/logging';
import { Metrics } from '@modelbridge/service-kit/metrics';
import { KickedLoop } from '@modelbridge/service-kit/process';
import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Clock } from '../clock/clock.js';
import { LatestClock } from '../clock/latest-clock.service.js';
import { newestOverDay } from '../days/day.js';
import { DaysService } from '../days/days.service.js';
import { DetachedPartitions } from '../days/detached-partitions.service.js';
import { dayKey, dayOfKey } from '../keyring/keyring.js';
import { KeysService } from '../keyring/keys.service.js';
import { ReceiptsService } from '../receipts/receipts.service.js';
import { lifeBounds } from './bounds.js';
import { latenessMs, statementOf } from './ended-day.js';

/**
 * Ends days: the key is destroyed, then the partition detached, then it is certified; the rows are removed afterwards. Each
 * step can be done again, and a process that dies between two of them is followed by one that goes on where it stopped.
 */
@Injectable()
export class LifeService implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly looks: KickedLoop;
  private readonly missed;
  private timer: NodeJS.Timeout | undefined;
  /** The oldest day whose content could still be there, as it was when last looked at. */
  private oldest: string | undefined;
  private withheld = 0;

  constructor(
    private readonly days: DaysService,
    private readonly detached: DetachedPartitions,
    private readonly keys: KeysService,
    private readonly receipts: ReceiptsService,
    private readonly database: Database,
    private readonly latest: LatestClock,
    private readonly logger: Logger,
    clock: Clock,
    metrics: Metrics,
  ) {
    this.looks = new KickedLoop(
      () => this.endDays(),
      (error) => logger.error({ err: error }, 'days that are over could not be ended'),
    );
    this.missed = metrics.counter({
      name: 'retention_days_missed_total',
      help: 'Days of content that were ended more than an hour after their time; an alert',
    });
    const withheld = () => this.withheld;
    metrics.gauge({
      name: 'retention_days_withheld',
      help: 'Days that are not ended because clocks do not agree that they are over; an alert above 0',
      collect() {
        this.set(withheld());
      },
    });
    const lateness = () =>
      this.oldest === undefined ? 0 : latenessMs(this.oldest, clock.now()) / 1_000;
    metrics.gauge({
      name: 'retention_overdue_seconds',
      help: 'For how long content is there that should be unreadable; an alert above 15 minutes',
      collect() {
        this.set(lateness());
      },
    });
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.looks.kick(), lifeBounds.lookEveryMs);
    void this.looks.kick();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  /** Ends every day that is over, oldest first. One that fails keeps no other from its end; throws the first failure. */
  async endDays(): Promise<void> {
    const now = await this.latest.toDestroy();
    const newestOver = newestOverDay(now);
    const remaining = await this.remaining();
    this.oldest = remaining[0];
    this.withhold(remaining, newestOver, newestOverDay(await this.latest.now()));
    const failures: unknown[] = [];
    for (const day of remaining.filter((one) => one <= newestOver)) {
      await this.end(day, now).catch((error: unknown) => failures.push(error));
    }
    this.detached.kick();
    this.oldest = (await this.remaining())[0];
    if (failures.length > 0) throw failures[0];
  }

  /** Days that one clock says are over, and not enough of the others: nobody can read them, and they are kept. */
  private withhold(remaining: readonly string[], newestOver: string, newestHidden: string): void {
    const days = remaining.filter((day) => day > newestOver && day <= newestHidden);
    this.withheld = days.length;
    if (days.length > 0)
      this.logger.error({ days }, 'clocks do not agree whether days are over: set them right');
  }

  /** Days of which something is there, oldest first: an entry, a partition, or a key that nobody knows of. */
  private async remaining(): Promise<string[]> {
    const ofKeys = (await this.keys.list()).flatMap((name) => dayOfKey(name) ?? []);
    return [...new Set([...(await this.days.remaining()), ...ofKeys])].sort();
  }

  private async end(day: string, now: Date): Promise<void> {
    const contents = await this.days.beginEnd(day);
    const destruction = await this.keys.destroy(dayKey(day));
    await this.days.detachPartition(day);
    await this.database.transaction(async (tx) => {
      await this.receipts.issue(tx, statementOf(day, this.keys.keyringKind, destruction, contents));
      await this.days.finishEnd(tx, day);
    });
    const lateMs = latenessMs(day, now);
    this.logger.info({ day, lateMs }, 'the content of a day is unreadable for ever');
    if (lateMs > lifeBounds.missedMs) {
      this.missed.inc();
      this.logger.error({ day, lateMs }, 'a day was ended late: find out why nothing ran');
    }
  }
}
