import type { Tx } from '@modelbridge/service-kit/database';
import { Logger } from '@modelbridge/service-kit/logging';
import { KickedLoop } from '@modelbridge/service-kit/process';
import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Clock } from '../clock/clock.js';
import { dayKey } from '../keyring/keyring.js';
import { KeysService } from '../keyring/keys.service.js';
import type { DayCount } from './day-count.js';
import { dayAt, daysLater } from './day.js';
import { DaysRepository } from './days.repository.js';

const lookEveryMs = 60_000;

/** Keeps a key and a partition ready for every day that content may come from. */
@Injectable()
export class DaysService implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly ready = new Set<string>();
  private readonly looks: KickedLoop;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly days: DaysRepository,
    private readonly keys: KeysService,
    private readonly clock: Clock,
    logger: Logger,
  ) {
    this.looks = new KickedLoop(
      () => this.prepare(),
      (error) => logger.error({ err: error }, 'the next days could not be made ready'),
    );
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.looks.kick(), lookEveryMs);
    void this.looks.kick();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  /** Makes the key and the partition of a day, once. Throws KeyDestroyedError for a day that has ended. */
  async ensure(day: string): Promise<void> {
    if (this.ready.has(day)) return;
    await this.keys.ensure(dayKey(day));
    await this.days.create(day);
    this.ready.add(day);
  }

  /** Those of these days that take content. None of them ends before the transaction does. */
  open(tx: Tx, days: readonly string[]): Promise<Set<string>> {
    return this.days.open(tx, days);
  }

  /** Counts what was stored under a day or, below zero, deleted of it. */
  count(tx: Tx, count: DayCount): Promise<void> {
    return this.days.count(tx, count);
  }

  /** Days of which something is there that their end takes away; some twice. */
  remaining(): Promise<string[]> {
    return this.days.remaining();
  }

  /** Days whose content is there, whether it can be opened or not. */
  partitions(): Promise<string[]> {
    return this.days.partitions();
  }

  /** Oldest first. */
  ended(): Promise<string[]> {
    return this.days.ended();
  }

  /** From now on the day takes nothing; what it has. */
  beginEnd(day: string): Promise<Pick<DayCount, 'contents' | 'sealedBytes'>> {
    this.ready.delete(day);
    return this.days.beginEnd(day);
  }

  detachPartition(day: string): Promise<void> {
    return this.days.detachPartition(day);
  }

  finishEnd(tx: Tx, day: string): Promise<void> {
    return this.days.finishEnd(tx, day);
  }

  private async prepare(): Promise<void> {
    const today = dayAt(this.clock.now());
    for (const day of this.ready) if (day < today) this.ready.delete(day);
    for (const day of [today, daysLater(today, 1)]) await this.ensure(day);
  }
}
