import type { PlanKey } from '../plans/plan.js';

/** One that an account pays. */
export interface Subscription {
  subscriptionId: string;
  itemId: string;
  priceId: string;
  endsAt: Date;
  cancelsAtEnd: boolean;
}

/** A subscription as it stood when Stripe was last asked. */
export interface SubscriptionStanding extends PlanKey {
  subscriptionId: string;
  status: string;
  startsAt: Date;
  endsAt: Date;
  cancelsAtEnd: boolean;
  hasEnded: boolean;
}
