import { Database } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';
import {
  StripeSubscriptions,
  type ListedSubscription,
} from '../stripe/stripe-subscriptions.service.js';
import { subscriptionBounds } from './bounds.js';
import { PlanComparisonRepository } from './plan-comparison.repository.js';
import { SubscriptionsService } from './subscriptions.service.js';

/** A plan that was not what its subscription says. */
export interface PlanDifference {
  subscriptionId: string;
  /** What the plan was, and what it is. */
  detail: string;
}

/**
 * Compares all subscriptions that run, here or at Stripe, with the plans of their accounts. Unlike money, a plan has one
 * truth, which is Stripe's: an account that differs is brought to it.
 */
@Injectable()
export class PlanComparison {
  constructor(
    private readonly database: Database,
    private readonly repository: PlanComparisonRepository,
    private readonly subscriptions: SubscriptionsService,
    private readonly stripe: StripeSubscriptions,
  ) {}

  /** Subscriptions that seem to be otherwise than they are known here; a change that is under way is among them. */
  async suspects(): Promise<string[]> {
    const suspects: string[] = [];
    const seen: string[] = [];
    let batch: ListedSubscription[] = [];
    const look = async () => {
      suspects.push(...(await this.repository.behind(batch)));
      seen.push(...batch.map(({ subscriptionId }) => subscriptionId));
      batch = [];
    };
    for await (const listed of this.stripe.running()) {
      batch.push(listed);
      if (batch.length >= subscriptionBounds.compareBatch) await look();
    }
    await look();
    return [...suspects, ...(await this.repository.openBut(seen))];
  }

  /** Brings the account of a subscription to how it stands; undefined where that changes nothing of its plan. */
  async bring(subscriptionId: string): Promise<PlanDifference | undefined> {
    const reading = await this.subscriptions.read(subscriptionId);
    const { customerId } = reading.facts ?? {};
    if (customerId === undefined) {
      return { subscriptionId, detail: 'it is had here, and Stripe knows of no such subscription' };
    }
    return this.database.transaction(async (tx) => {
      const before = await this.repository.planOf(tx, customerId);
      await this.subscriptions.settle(tx, reading);
      const after = await this.repository.planOf(tx, customerId);
      if (before === undefined || after === undefined || before === after) return undefined;
      return { subscriptionId, detail: `the plan was ${before}, and is ${after}` };
    });
  }
}
