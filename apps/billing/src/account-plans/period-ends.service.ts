import { isDatabaseUnavailable } from '@modelbridge/service-kit/database';
import { Logger } from '@modelbridge/service-kit/logging';
import { KickedLoop } from '@modelbridge/service-kit/loops';
import {
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { Clock } from '../book/clock.js';
import { AccountPlansRepository, type EndedPeriod } from './account-plans.repository.js';
import { AccountPlansService } from './account-plans.service.js';

const sweepEveryMs = 5_000;
const sweepBatch = 200;

/** Begins the next period of each account whose period has ended. */
@Injectable()
export class PeriodEndsService implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private sweeping: Promise<void> = Promise.resolve();
  private readonly loop: KickedLoop;

  constructor(
    private readonly repository: AccountPlansRepository,
    private readonly plans: AccountPlansService,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {
    this.loop = new KickedLoop(
      async () => void (await this.sweep()),
      (err) => this.logger.error({ err }, 'ended plan periods could not be swept'),
    );
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void (this.sweeping = this.loop.kick()), sweepEveryMs);
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.sweeping;
  }

  /** How many periods began. An account that fails holds up no other and is tried again by the next sweep. */
  async sweep(batch: number = sweepBatch): Promise<number> {
    let begun = 0;
    let ended: EndedPeriod[] = [];
    do {
      ended = await this.repository.ended(this.clock.now(), ended.at(-1), batch);
      for (const { accountId } of ended) {
        try {
          if (await this.plans.renew(accountId)) begun += 1;
        } catch (error) {
          if (isDatabaseUnavailable(error)) throw error;
          this.logger.error({ err: error, accountId }, 'a plan period could not begin');
        }
      }
    } while (ended.length === batch);
    return begun;
  }
}
