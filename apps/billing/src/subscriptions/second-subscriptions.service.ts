import { Database, type Tx } from '@modelbridge/service-kit/database';
import { Logger } from '@modelbridge/service-kit/logging';
import { KickedLoop } from '@modelbridge/service-kit/loops';
import {
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import { BillingError } from '../book/billing-error.js';
import { RefundsService } from '../payments/refunds.service.js';
import { subscriptionBounds } from './bounds.js';
import { SecondSubscriptionsRepository } from './second-subscriptions.repository.js';

/**
 * Subscriptions that were bought beside another one of the same account. Nothing of them was ever had, so what was paid
 * for them is given back, whichever is heard of first: the payment or the end.
 */
@Injectable()
export class SecondSubscriptions implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();
  private readonly loop: KickedLoop;

  constructor(
    private readonly database: Database,
    private readonly repository: SecondSubscriptionsRepository,
    private readonly refunds: RefundsService,
    private readonly audit: AuditService,
    private readonly logger: Logger,
  ) {
    this.loop = new KickedLoop(
      () => this.refund(),
      (err) => logger.warn({ err }, 'what second subscriptions cost was not given back yet'),
    );
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(
      () => void (this.running = this.loop.kick()),
      subscriptionBounds.refundEveryMs,
    );
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.running;
  }

  /** Keeps that a subscription is one too many, before it is ended. `reading`: by which that was seen. */
  async found(accountId: string, subscriptionId: string, reading: bigint): Promise<void> {
    await this.database.transaction(async (tx) => {
      if (!(await this.repository.add(tx, subscriptionId, reading))) return;
      this.logger.warn({ subscriptionId, accountId }, 'a second subscription of an account ends');
      await this.audit.record(tx, {
        act: 'subscription.canceled',
        accountId,
        details: { subscription: subscriptionId, cause: 'second_subscription' },
      });
    });
  }

  /** It runs, and is the one that the account has. */
  isOnlyOne(tx: Tx, subscriptionId: string, reading: bigint): Promise<void> {
    return this.repository.remove(tx, subscriptionId, reading);
  }

  private async refund(): Promise<void> {
    for (const paymentIntentId of await this.repository.paid(subscriptionBounds.refundBatch)) {
      const idempotencyKey = `second_subscription:${paymentIntentId}`;
      try {
        await this.refunds.refund({ paymentIntentId, idempotencyKey });
      } catch (error) {
        if (!(error instanceof BillingError)) throw error;
        this.logger.error(
          { err: error, paymentIntentId },
          'what a second subscription cost was not given back: refund it',
        );
      }
    }
  }
}
