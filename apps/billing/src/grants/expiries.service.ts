import { Database, isolateFailures } from '@modelbridge/service-kit/database';
import { Logger } from '@modelbridge/service-kit/logging';
import { KickedLoop } from '@modelbridge/service-kit/loops';
import {
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { RecallService } from '../allowances/recall.service.js';
import { AccountBooks } from '../book/account-books.service.js';
import { Clock } from '../book/clock.js';
import { GrantsRepository, type DueGrant } from './grants.repository.js';

const sweepEveryMs = 5_000;
const sweepBatch = 200;

/**
 * Lets granted credit go that has expired, where nobody else opens the account. What is held of it is asked back, and
 * goes with a later sweep.
 */
@Injectable()
export class ExpiriesService implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private sweeping: Promise<void> = Promise.resolve();
  private readonly loop: KickedLoop;

  constructor(
    private readonly database: Database,
    private readonly books: AccountBooks,
    private readonly repository: GrantsRepository,
    private readonly recalls: RecallService,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {
    this.loop = new KickedLoop(
      () => this.sweep(),
      (err) => this.logger.error({ err }, 'expired credit could not be swept'),
    );
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void (this.sweeping = this.loop.kick()), sweepEveryMs);
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.sweeping;
  }

  /** An account that fails holds up no other, and is tried again by the next sweep. */
  async sweep(batch: number = sweepBatch): Promise<void> {
    let due: DueGrant[] = [];
    do {
      due = await this.repository.due(this.clock.now(), due.at(-1), batch);
      const failures = await isolateFailures(due, (part) => this.expire(part), {
        keyOf: ({ accountId }) => accountId,
      });
      for (const { items, error } of failures) {
        const accountId = items[0]?.accountId;
        this.logger.error({ err: error, accountId }, 'the expired credit of an account stays');
      }
    } while (due.length === batch);
  }

  private async expire(due: readonly DueGrant[]): Promise<void> {
    if (due.length === 0) return;
    const held = await this.database.transaction(async (tx) => {
      const now = this.clock.now();
      const books = [...(await this.books.open(tx, [...due])).values()];
      await this.books.save(tx, books);
      return books.filter(({ grants }) =>
        grants.some(({ remaining, expiresAt }) => remaining > 0n && expiresAt <= now),
      );
    });
    for (const { account } of held) this.recalls.recall(account.id);
  }
}
