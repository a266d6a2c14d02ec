import { randomUUID } from 'node:crypto';
import type { ErasureCompleted, EventDefinition } from '@modelbridge/contracts/events';
import { Database, type Tx } from '@modelbridge/service-kit/database';
import { Logger } from '@modelbridge/service-kit/logging';
import { KickedLoop } from '@modelbridge/service-kit/loops';
import { Metrics } from '@modelbridge/service-kit/metrics';
import { Outbox } from '@modelbridge/service-kit/outbox';
import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { erasureBounds } from './bounds.js';
import type { ErasedPerson, Pseudonym } from './erased-person.js';
import {
  ErasedPeopleRepository,
  type Counts,
  type NewErasure,
} from './erased-people.repository.js';

export const ERASURE_COMPLETED = Symbol('ErasureCompleted');

/**
 * Erases what the service holds of a person. It may run again after it was cut off anywhere, also twice at once, and then
 * finishes what is left; it counts what goes in the transaction in which it goes.
 */
export type Eraser = (person: ErasedPerson) => Promise<void>;

/** The erasures of one service: noted, tried until they are done, answered. */
@Injectable()
export class Erasures implements OnApplicationBootstrap, OnApplicationShutdown {
  private eraser: Eraser | undefined;
  private readonly loop: KickedLoop;
  private readonly failures;
  private sweeping: NodeJS.Timeout | undefined;
  private forgetting: NodeJS.Timeout | undefined;
  private stopped = false;

  constructor(
    private readonly database: Database,
    private readonly people: ErasedPeopleRepository,
    private readonly outbox: Outbox,
    private readonly logger: Logger,
    metrics: Metrics,
    @Inject(ERASURE_COMPLETED) private readonly completed: EventDefinition<ErasureCompleted>,
  ) {
    this.failures = metrics.counter({
      name: 'erasure_failures_total',
      help: 'Tries to erase a person that failed and are repeated; growing for hours is an alert',
    });
    metrics.gauge({
      name: 'erasure_oldest_seconds',
      help: 'For how long the service has not finished the oldest erasure that it has heard of; 0 without any',
      async collect() {
        this.set((await people.waiting().catch(() => undefined))?.oldestSeconds ?? NaN);
      },
    });
    this.loop = new KickedLoop(
      () => this.sweep(),
      (error) => logger.warn({ err: error }, 'erasures could not be looked for'),
    );
  }

  /** Says who erases: when the service is put together. */
  by(eraser: Eraser): void {
    this.eraser = eraser;
  }

  /** A person is to be erased. Heard again after that is done, it is answered again: the answer may have been lost. */
  async hear(erasure: NewErasure): Promise<void> {
    await this.database.transaction(async (tx) => {
      const counts = await this.people.finished(tx, erasure.erasureId);
      if (counts === undefined) await this.people.add(tx, erasure);
      else await this.answer(tx, erasure.erasureId, counts);
    });
    void this.loop.kick();
  }

  /** Adds what goes in this transaction to what is told at the end. */
  count(tx: Tx, { erasureId }: Pick<ErasedPerson, 'erasureId'>, counts: Counts): Promise<void> {
    return this.people.count(tx, erasureId, counts);
  }

  /** Who stands in for those of these people who are erased or being so: what comes late of them is not theirs. */
  pseudonyms(tx: Tx, userIds: readonly string[]): Promise<Map<string, Pseudonym>> {
    return this.people.pseudonyms(tx, userIds);
  }

  /**
   * The same for a transaction that is about to write these people's ids: whoever is not among them is erased after it has
   * ended, and with what it writes.
   */
  standIns(tx: Tx, userIds: readonly string[]): Promise<Map<string, Pseudonym>> {
    return this.people.standIns(tx, userIds);
  }

  /** Resolves when everything that was due has been tried. */
  sweepNow(): Promise<void> {
    return this.loop.kick();
  }

  onApplicationBootstrap(): void {
    const { sweepEveryMs, forgetEveryMs } = erasureBounds;
    this.sweeping = setInterval(() => void this.loop.kick(), sweepEveryMs);
    this.forgetting = setInterval(() => void this.forget(), forgetEveryMs);
    void this.forget();
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopped = true;
    clearInterval(this.sweeping);
    clearInterval(this.forgetting);
    await this.loop.kick();
  }

  private async sweep(): Promise<void> {
    while (!this.stopped) {
      const due = await this.people.claimDue();
      if (due.length === 0) return;
      await Promise.all(due.map((person) => this.attempt(person)));
    }
  }

  private async attempt(person: ErasedPerson): Promise<void> {
    const { erasureId } = person;
    try {
      if (this.eraser === undefined) throw new TypeError('nobody erases');
      await this.people.awaitWriting();
      await this.eraser(person);
      await this.database.transaction(async (tx) => {
        const counts = await this.people.finish(tx, erasureId);
        if (counts !== undefined) await this.answer(tx, erasureId, counts);
      });
    } catch (error) {
      this.failures.inc();
      this.logger.warn({ err: error, erasureId }, 'an erasure is tried again');
      await this.people.retry(erasureId).catch((err: unknown) => {
        this.logger.warn({ err, erasureId }, 'an erasure waits until it is taken no more');
      });
    }
  }

  /** Under an id of its own each time: JetStream must not take it for one that was lost. */
  private answer(tx: Tx, erasureId: string, counts: Counts): Promise<void> {
    return this.outbox.add(tx, this.completed, { erasureId, counts }, { id: randomUUID() });
  }

  private async forget(): Promise<void> {
    await this.people
      .forgetPseudonyms()
      .catch((error: unknown) => this.logger.warn({ err: error }, 'stand-ins stay for now'));
  }
}
