import { Metrics } from '@modelbridge/service-kit/metrics';
import { Injectable } from '@nestjs/common';
import { Clock } from './clock.js';
import { ClockRepository } from './clock.repository.js';
import { OutsideClock } from './outside-clock.service.js';
import { agree, timeToDestroy } from './time-to-destroy.js';

/**
 * What the later of this process's and the database's clock shows. Nothing is shown by it that is over: a clock that is behind
 * keeps nothing readable that the other one says is over.
 */
@Injectable()
export class LatestClock {
  private disagreementMs = 0;

  constructor(
    private readonly clock: Clock,
    private readonly database: ClockRepository,
    private readonly outside: OutsideClock,
    metrics: Metrics,
  ) {
    const disagreement = (): number => this.disagreementMs / 1_000;
    metrics.gauge({
      name: 'retention_clock_disagreement_seconds',
      help: 'How far this process and its database are apart in time; an alert above a minute',
      collect() {
        this.set(disagreement());
      },
    });
  }

  /** What the database's clock shows. */
  databaseNow(): Promise<Date> {
    return this.database.now();
  }

  async now(): Promise<Date> {
    const { ours, theirs } = await this.both();
    return theirs > ours ? theirs : ours;
  }

  /** By which something may be destroyed for good: a clock that is far ahead destroys nothing by itself. */
  async toDestroy(): Promise<Date> {
    const { ours, theirs } = await this.both();
    const outside = agree(ours, theirs) ? undefined : await this.outside.now();
    return timeToDestroy({ ours, theirs, outside });
  }

  private async both(): Promise<{ ours: Date; theirs: Date }> {
    const theirs = await this.databaseNow();
    const ours = this.clock.now();
    this.disagreementMs = Math.abs(theirs.getTime() - ours.getTime());
    return { ours, theirs };
  }
}
