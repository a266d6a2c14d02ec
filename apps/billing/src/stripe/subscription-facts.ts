import type Stripe from 'stripe';
import { idOf } from './id-of.js';

/** An invoice of a period that Stripe has tried to collect in vain, and may try again. */
export interface FailedInvoice {
  id: string;
  amountCents: number;
  /** Stripe's code of why, such as `card_declined`. */
  code: string;
}

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
  /** Nothing is left to pay of the period that runs. */
  isPaid: boolean;
  failedInvoice: FailedInvoice | undefined;
  /** It will never be paid again: it is over, or Stripe has given up to collect it. */
  hasEnded: boolean;
}

const endedStatuses: readonly string[] = ['canceled', 'incomplete_expired', 'unpaid'];

/** Whether an invoice is of a period, and not of a change within one. */
export function isOfPeriod({ billing_reason: reason }: Stripe.Invoice): boolean {
  return reason === 'subscription_create' || reason === 'subscription_cycle';
}

/** What is read of a subscription and of the invoice of the period that runs. */
export function subscriptionFacts(
  subscription: Stripe.Subscription,
  invoice: Stripe.Invoice | undefined,
  failedInvoice: FailedInvoice | undefined,
  accountKey: string,
): SubscriptionFacts {
  const { id, customer, items, metadata, status } = subscription;
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
    isPaid: invoice?.status === 'paid',
    failedInvoice,
    hasEnded: endedStatuses.includes(status),
  };
}
