import type Stripe from 'stripe';
import { idOf } from './id-of.js';

/** A subscription as it stands at Stripe. */
export interface SubscriptionFacts {
  subscriptionId: string;
  /** As our own metadata has it (`acct_…`). */
  accountId: string | undefined;
  customerId: string | undefined;
  status: string;
  itemId: string;
  priceId: string;
  /** The period that runs. */
  startsAt: Date;
  endsAt: Date;
  cancelsAtEnd: boolean;
  /** Nothing of its latest invoice is left to pay. */
  isPaid: boolean;
  /** It will never be paid again: it is over, or Stripe has given up to collect it. */
  hasEnded: boolean;
}

const endedStatuses: readonly string[] = ['canceled', 'incomplete_expired', 'unpaid'];

/** What is read of a subscription whose latest invoice is expanded. */
export function subscriptionFacts(
  subscription: Stripe.Subscription,
  accountKey: string,
): SubscriptionFacts {
  const { id, customer, items, latest_invoice: invoice, metadata, status } = subscription;
  const [item] = items.data;
  if (item === undefined) throw new Error(`the subscription ${id} has no item`);
  return {
    subscriptionId: id,
    accountId: metadata[accountKey],
    customerId: idOf(customer),
    status,
    itemId: item.id,
    priceId: item.price.id,
    startsAt: new Date(item.current_period_start * 1_000),
    endsAt: new Date(item.current_period_end * 1_000),
    cancelsAtEnd: subscription.cancel_at_period_end,
    isPaid: typeof invoice === 'object' && invoice?.status === 'paid',
    hasEnded: endedStatuses.includes(status),
  };
}
