import type Stripe from 'stripe';
import { idOf } from './id-of.js';

/** An invoice of a period that Stripe has tried to collect in vain, and may try again. */
export interface FailedInvoice {
  id: string;
  amountCents: number;
  /** Stripe's code of why, such as `card_declined`. */
  code: string;
}

/** A price that was paid for from a time on. */
export interface PaidStage {
  priceId: string;
  from: Date;
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
  /** What is paid of the period that runs, oldest first: none while the period itself is not paid. */
  stages: PaidStage[];
  failedInvoice: FailedInvoice | undefined;
  /** It will never be paid again: it is over, or Stripe has given up to collect it. */
  hasEnded: boolean;
}

const endedStatuses: readonly string[] = ['canceled', 'incomplete_expired', 'unpaid'];

/** Whether an invoice is of a period, and not of a change within one. */
export function isOfPeriod({ billing_reason: reason }: Stripe.Invoice): boolean {
  return reason === 'subscription_create' || reason === 'subscription_cycle';
}

/** What is read of a subscription and of its invoices since the period that runs began, newest first. */
export function subscriptionFacts(
  subscription: Stripe.Subscription,
  invoices: Stripe.Invoice[],
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
    stages: stagesOf(invoices),
    failedInvoice,
    hasEnded: endedStatuses.includes(status),
  };
}

function stagesOf(invoices: Stripe.Invoice[]): PaidStage[] {
  const ofPeriod = invoices.at(-1);
  if (ofPeriod === undefined || !isOfPeriod(ofPeriod) || ofPeriod.status !== 'paid') return [];
  return invoices.toReversed().flatMap((invoice) => {
    const line = invoice.status === 'paid' ? paidLine(invoice) : undefined;
    const priceId = idOf(line?.pricing?.price_details?.price);
    if (line === undefined || priceId === undefined) return [];
    return [{ priceId, from: new Date(line.period.start * 1_000) }];
  });
}

/** The line of the plan that an invoice pays for: an invoice of a change has one of the plan before too, which is given back. */
function paidLine(invoice: Stripe.Invoice): Stripe.InvoiceLineItem | undefined {
  const isChange = !isOfPeriod(invoice);
  return invoice.lines.data.find(({ amount, parent }) => {
    const details = parent?.subscription_item_details ?? parent?.invoice_item_details;
    return amount > 0 && details?.proration === isChange;
  });
}
