import { Database } from '@modelbridge/service-kit/database';
import { Logger } from '@modelbridge/service-kit/logging';
import { KickedLoop } from '@modelbridge/service-kit/loops';
import { Metrics } from '@modelbridge/service-kit/metrics';
import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Clock } from '../clock/clock.js';
import { Fulfilments } from './fulfilments.service.js';
import { People } from './people.service.js';
import { afterEffect, deadlineOf, rightsBounds, type PrivacyRequest } from './privacy-request.js';
import { RightsRepository } from './rights.repository.js';

/** Has done what requests ask for, and watches the deadlines; what fails is done again. */
@Injectable()
export class EffectsService implements OnApplicationBootstrap, OnModuleDestroy {
  private timer: NodeJS.Timeout | undefined;
  private readonly loop: KickedLoop;
  private readonly open;

  constructor(
    private readonly database: Database,
    private readonly repository: RightsRepository,
    private readonly people: People,
    private readonly fulfilments: Fulfilments,
    private readonly clock: Clock,
    private readonly logger: Logger,
    metrics: Metrics,
  ) {
    this.open = metrics.gauge({
      name: 'modelbridge_privacy_requests_open',
      help: 'Requests of people about their data that are to be answered: soon is within 10 days, overdue an alert',
      labelNames: ['deadline'],
    });
    this.loop = new KickedLoop(
      () => this.pass(),
      (error) =>
        logger.warn({ err: error }, 'effects of privacy requests wait; they are tried again'),
    );
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.loop.kick(), rightsBounds.everyMs);
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    await this.loop.kick();
  }

  /** Resolves when every effect that was due has been tried. */
  run(): Promise<void> {
    return this.loop.kick();
  }

  private async pass(): Promise<void> {
    await this.watch();
    const failures: unknown[] = [];
    for (const request of await this.repository.withEffect(rightsBounds.effectsPerPass)) {
      await this.effect(request).catch((error: unknown) => failures.push(error));
    }
    // One that fails holds up no other.
    if (failures.length > 0) throw failures[0];
  }

  private async effect(request: PrivacyRequest): Promise<void> {
    const { requestId, effect } = request;
    if (!(await this.isDone(request))) return;
    await this.database.transaction(async (tx) => {
      const now = await this.repository.lock(tx, requestId);
      if (now === undefined || now.effect !== effect) return;
      const { state, outcome = now.outcome } = afterEffect(now);
      const isClosing = state === 'closed' && now.state !== 'closed';
      const closedAt = isClosing ? this.clock.now() : undefined;
      await this.repository.update(tx, requestId, { state, outcome, closedAt });
    });
  }

  /** False where it takes longer. */
  private async isDone({ userId, purpose, effect, receivedAt }: PrivacyRequest): Promise<boolean> {
    if (userId === undefined || effect === undefined) return false;
    switch (effect) {
      case 'restrict':
        await this.people.restrict(userId);
        return true;
      case 'lift':
        await this.people.lift(userId);
        return true;
      case 'withdraw':
        if (purpose !== undefined) await this.people.withdraw(userId, purpose);
        return true;
      case 'erase':
        await this.fulfilments.erasing.begin(userId);
        return true;
      case 'archive':
        return this.fulfilments.archiving.prepare(userId, receivedAt);
    }
  }

  private async watch(): Promise<void> {
    const counts = { in_time: 0, soon: 0, overdue: 0 };
    for (const request of await this.repository.open(rightsBounds.mostOpenListed)) {
      counts[deadlineOf(request, this.clock.now())] += 1;
    }
    for (const [deadline, count] of Object.entries(counts)) this.open.set({ deadline }, count);
    if (counts.overdue > 0) {
      this.logger.error({ overdue: counts.overdue }, 'privacy requests are not answered in time');
    }
  }
}
