import { Database, isDatabaseUnavailable } from '@modelbridge/service-kit/database';
import { Logger } from '@modelbridge/service-kit/logging';
import { KickedLoop } from '@modelbridge/service-kit/loops';
import { Metrics } from '@modelbridge/service-kit/metrics';
import {
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { AutoRechargeService } from '../auto-recharge/auto-recharge.service.js';
import { AccountBooks } from '../book/account-books.service.js';
import { Closures } from '../closures/closures.service.js';
import { PendingClosures } from '../closures/pending-closures.service.js';
import { CustomersService } from '../customers/customers.service.js';
import { StripeCheckouts } from '../stripe/stripe-checkouts.service.js';
import { Cancellations } from '../subscriptions/cancellations.service.js';

const sweepEveryMs = 2_000;

/**
 * Ends what an account pays when its person or team is gone: auto-recharge with the account's closing, pages that are
 * open and subscriptions at Stripe until each has ended. What was paid meanwhile is kept as unassigned.
 */
@Injectable()
export class AccountClosing implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly loop: KickedLoop;
  private timer: NodeJS.Timeout | undefined;
  private sweeping: Promise<void> = Promise.resolve();
  private readonly waiting;

  constructor(
    private readonly database: Database,
    private readonly books: AccountBooks,
    private readonly closures: Closures,
    private readonly pending: PendingClosures,
    private readonly autoRecharge: AutoRechargeService,
    private readonly cancellations: Cancellations,
    private readonly customers: CustomersService,
    private readonly checkouts: StripeCheckouts,
    private readonly logger: Logger,
    metrics: Metrics,
  ) {
    this.waiting = metrics.gauge({
      name: 'modelbridge_account_closings_pending',
      help: 'Closed accounts of which something may still run at Stripe; it ends within minutes',
    });
    this.loop = new KickedLoop(
      () => this.sweep(),
      (err) => logger.warn({ err }, 'closed accounts could not be looked for'),
    );
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void (this.sweeping = this.loop.kick()), sweepEveryMs);
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.sweeping;
  }

  /** Any number of times; the account may be unknown yet. */
  async close(accountId: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      // Whoever begins a recharge or sets one up has the same lock.
      await this.books.open(tx, [{ accountId }]);
      await this.closures.close(tx, accountId);
      await this.autoRecharge.end(tx, accountId);
    });
    this.sweeping = this.loop.kick();
  }

  private async sweep(): Promise<void> {
    for (const closure of await this.pending.claim()) {
      const { accountId } = closure;
      try {
        await this.end(accountId);
        await this.pending.settle(closure);
      } catch (error) {
        if (isDatabaseUnavailable(error)) throw error;
        this.logger.warn({ err: error, accountId }, 'what a closed account pays is ended later');
      }
    }
    this.waiting.set(await this.pending.count());
  }

  /** Pages first: nobody can subscribe on one that is over. */
  private async end(accountId: string): Promise<void> {
    const customerId = await this.customers.find(accountId);
    if (customerId === undefined) return;
    await this.checkouts.expireAll(customerId);
    await this.cancellations.cancelAll(accountId, customerId);
  }
}
