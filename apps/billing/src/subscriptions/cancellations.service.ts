import { Database } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import { BillingError } from '../book/billing-error.js';
import { StripeSubscriptions } from '../stripe/stripe-subscriptions.service.js';
import type { SubscriptionStanding } from './subscription.js';
import { SubscriptionsRepository } from './subscriptions.repository.js';
import { SubscriptionsService } from './subscriptions.service.js';

/** Subscriptions that end before their period does. */
@Injectable()
export class Cancellations {
  constructor(
    private readonly database: Database,
    private readonly repository: SubscriptionsRepository,
    private readonly subscriptions: SubscriptionsService,
    private readonly stripe: StripeSubscriptions,
    private readonly audit: AuditService,
  ) {}

  /** The subscription of an account as it stood when Stripe was last asked. Throws `not_found`. */
  async standing(accountId: string): Promise<SubscriptionStanding> {
    const found = await this.repository.latest(accountId);
    if (found !== undefined) return found;
    throw new BillingError('not_found', 'this account has no subscription', 'account_id');
  }

  /** Ends the subscription of an account at once, at Stripe and here. Throws `not_found`. */
  async cancel(accountId: string): Promise<SubscriptionStanding> {
    const { subscriptionId, hasEnded } = await this.standing(accountId);
    if (!hasEnded) await this.end(accountId, subscriptionId);
    return this.standing(accountId);
  }

  /** Ends every subscription of an account, also one that nobody has paid for yet and one that is not known here. */
  async cancelAll(accountId: string, customerId: string): Promise<void> {
    const known = await this.repository.open(accountId);
    for (const subscriptionId of new Set([...known, ...(await this.stripe.openOf(customerId))])) {
      await this.end(accountId, subscriptionId);
    }
  }

  private async end(accountId: string, subscriptionId: string): Promise<void> {
    await this.stripe.cancelNow(subscriptionId);
    const reading = await this.subscriptions.read(subscriptionId);
    await this.database.transaction(async (tx) => {
      await this.subscriptions.settle(tx, reading);
      await this.audit.record(tx, {
        act: 'subscription.canceled',
        accountId,
        details: { subscription: subscriptionId },
      });
    });
  }
}
