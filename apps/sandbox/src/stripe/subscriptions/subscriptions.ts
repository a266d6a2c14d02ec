import type { Stripe } from 'stripe';
import { idOf } from '../core/ids.js';
import type { StripeCore } from '../core/stripe-core.js';
import type { InvoiceItems } from '../invoicing/invoice-items.js';
import type { LineDraft, Period } from '../invoicing/invoice-objects.js';
import type { NewInvoice } from '../invoicing/invoice-object.js';
import { type Invoices, subscriptionOf } from '../invoicing/invoices.js';
import type { Confirmation } from '../payments/payment-intents.js';
import { invalidRequest, type StripeError } from '../wire/stripe-error.js';
import type { Item } from '../core/stripe-state.js';
import type { Items } from './items.js';
import { partialLines, periodLines } from './lines.js';
import { after, periodEnd, wholePeriod } from './period.js';
import { subscriptionItemObject, subscriptionObject } from './subscription-objects.js';

/** When periods begin, and whether the time until then costs its part or nothing. */
export interface Anchor {
  at: number;
  isProrated: boolean;
}

export interface NewSubscription {
  customer: Stripe.Customer;
  items: Item[];
  /** Where the periods begin; the first one is shorter then. Now where it is not given. */
  anchor?: Anchor;
  given?: Partial<
    Pick<
      Stripe.Subscription,
      'cancel_at_period_end' | 'default_payment_method' | 'description' | 'metadata'
    >
  >;
}

const hourSeconds = 60 * 60;
const daySeconds = 24 * hourSeconds;
/** A draft of a renewal waits so long for changes. */
const draftSeconds = hourSeconds;
/** When a renewal that could not be charged is tried again; after the last the subscription ends. */
const retriesSeconds = [3 * daySeconds, 5 * daySeconds, 7 * daySeconds];
/** How long the first payment may be waited for. */
export const incompleteSeconds = 23 * hourSeconds;

const over: Stripe.Subscription.Status[] = ['canceled', 'incomplete_expired'];

/** Plans that people pay for, from the first invoice to the last. */
export class Subscriptions {
  constructor(
    private readonly core: StripeCore,
    private readonly items: Items,
    private readonly invoiceItems: InvoiceItems,
    private readonly invoices: Invoices,
  ) {
    invoices.whenPaid((invoice) => this.settle(invoice));
  }

  /** Incomplete until its first invoice is paid. */
  create({ customer, items, anchor, given = {} }: NewSubscription): Stripe.Subscription {
    const { core } = this;
    const now = core.nowFor(customer);
    const { currency } = items[0]?.price ?? { currency: 'usd' };
    if (anchor !== undefined) checkAnchor(anchor.at, now, recurringOf(items));
    const subscription = subscriptionObject(core.idFor('subscription'), now, customer, {
      ...given,
      billing_cycle_anchor: anchor?.at ?? now,
      currency,
    });
    customer.currency ??= currency;
    const end = anchor?.at ?? periodEnd(now, now, recurringOf(items));
    this.setItems(subscription, items, { start: now, end });
    core.state.add('subscription', subscription);
    core.announce('customer.subscription.created', subscription);
    const invoice = this.draft(
      subscription,
      'subscription_create',
      this.firstLines(subscription, anchor),
    );
    this.invoices.finalize(invoice);
    return subscription;
  }

  /** Charges the newest invoice, unless it is paid. Returns why it could not. */
  pay(subscription: Stripe.Subscription, confirmation: Confirmation): StripeError | undefined {
    const invoice = this.latestInvoice(subscription);
    return invoice.status === 'open' ? this.invoices.attempt(invoice, confirmation) : undefined;
  }

  /** A new period: at once for the subscription, and an hour later for the card. */
  renew(subscription: Stripe.Subscription): void {
    const items = this.items.of(subscription);
    const start = currentPeriod(subscription).end;
    const end = periodEnd(subscription.billing_cycle_anchor, start, recurringOf(items));
    const before = structuredClone(subscription.items);
    this.setItems(subscription, items, { start, end });
    this.announceUpdate(subscription, { items: before });
    this.draft(subscription, 'subscription_cycle', this.periodLines(subscription), {
      automatically_finalizes_at: start + draftSeconds,
    });
  }

  /** Charges an invoice without anybody there; plans the next try, or ends the subscription. */
  collect(invoice: Stripe.Invoice): void {
    const subscription = this.core.state.find('subscription', subscriptionOf(invoice) ?? '');
    const method = this.invoices.methodOf(invoice);
    const failure =
      method === undefined
        ? this.withoutMethod(invoice)
        : this.invoices.attempt(invoice, { method, offSession: true });
    if (failure === undefined) return;
    const pause = retriesSeconds[invoice.attempt_count - 1];
    const now = this.core.nowFor(invoice.customer);
    invoice.next_payment_attempt = pause === undefined ? null : now + pause;
    if (subscription === undefined || over.includes(subscription.status)) return;
    if (pause === undefined) this.cancel(subscription, { reason: 'payment_failed' });
    else this.setStatus(subscription, 'past_due');
  }

  cancel(
    subscription: Stripe.Subscription,
    given: Partial<Stripe.Subscription.CancellationDetails> = {},
  ): Stripe.Subscription {
    this.mustLive(subscription);
    const now = this.core.nowFor(subscription.customer);
    subscription.status = 'canceled';
    subscription.canceled_at ??= now;
    subscription.ended_at = now;
    subscription.pending_update = null;
    subscription.cancellation_details = {
      comment: null,
      feedback: null,
      feedback_option: null,
      reason: 'cancellation_requested',
      ...given,
    };
    this.core.announce('customer.subscription.deleted', subscription);
    return subscription;
  }

  cancelAllOf(customer: string): void {
    for (const subscription of this.core.state.each('subscription')) {
      const isOver = over.includes(subscription.status);
      if (idOf(subscription.customer) === customer && !isOver) this.cancel(subscription);
    }
  }

  /** Nobody paid the first invoice in time. */
  expire(subscription: Stripe.Subscription): void {
    this.setStatus(subscription, 'incomplete_expired');
    const invoice = this.latestInvoice(subscription);
    if (invoice.status === 'open') this.invoices.void(invoice);
  }

  /** A draft with what waits for it, which is the newest invoice from now on. */
  draft(
    subscription: Stripe.Subscription,
    billingReason: Stripe.Invoice.BillingReason,
    lines: LineDraft[],
    given: NewInvoice['given'] = {},
  ): Stripe.Invoice {
    const made = this.newInvoice(subscription, billingReason, given);
    const pending = this.invoiceItems.pending(
      made.customer.id,
      subscription.currency,
      subscription.id,
    );
    const invoice = this.invoices.draft(made, lines, pending);
    subscription.latest_invoice = invoice.id;
    return invoice;
  }

  newInvoice(
    subscription: Stripe.Subscription,
    billingReason: Stripe.Invoice.BillingReason,
    given: NewInvoice['given'] = {},
  ): NewInvoice {
    const { id, currency, metadata, customer, automatic_tax: tax } = subscription;
    return {
      customer: this.core.state.get('customer', idOf(customer), 'customer'),
      currency,
      period: currentPeriod(subscription),
      billingReason,
      isTaxed: tax.enabled,
      subscription: { id, metadata },
      given,
    };
  }

  periodLines(subscription: Stripe.Subscription, items = this.items.of(subscription)): LineDraft[] {
    return periodLines(items, subscription.id, currentPeriod(subscription), (price) =>
      this.items.nameOf(price),
    );
  }

  private firstLines(subscription: Stripe.Subscription, anchor: Anchor | undefined): LineDraft[] {
    if (anchor === undefined) return this.periodLines(subscription);
    if (!anchor.isProrated) return [];
    const items = this.items.of(subscription);
    const whole = wholePeriod(anchor.at, anchor.at, recurringOf(items));
    const { start } = currentPeriod(subscription);
    return partialLines(items, subscription.id, whole, start, (price) => this.items.nameOf(price));
  }

  setItems(subscription: Stripe.Subscription, items: Item[], period: Period): void {
    const created = this.core.nowFor(subscription.customer);
    const known = new Map(subscription.items.data.map((item) => [item.id, item.created]));
    subscription.items.data = items.map((item) =>
      subscriptionItemObject(subscription.id, known.get(item.id) ?? created, { ...item, period }),
    );
  }

  setStatus(subscription: Stripe.Subscription, status: Stripe.Subscription.Status): void {
    const before = subscription.status;
    if (before === status) return;
    subscription.status = status;
    this.announceUpdate(subscription, { status: before });
  }

  announceUpdate(subscription: Stripe.Subscription, before: Record<string, unknown>): void {
    this.core.announce('customer.subscription.updated', subscription, before);
  }

  latestInvoice(subscription: Stripe.Subscription): Stripe.Invoice {
    return this.core.state.get('invoice', idOf(subscription.latest_invoice) ?? '');
  }

  mustLive(subscription: Stripe.Subscription): void {
    if (!over.includes(subscription.status)) return;
    throw invalidRequest(
      `A canceled subscription can only update its cancellation_details and metadata.`,
      { code: 'resource_missing', param: 'id' },
    );
  }

  private withoutMethod(invoice: Stripe.Invoice): StripeError {
    invoice.attempted = true;
    invoice.attempt_count += 1;
    this.core.announce('invoice.payment_failed', invoice);
    return noPaymentMethod();
  }

  private settle(invoice: Stripe.Invoice): void {
    const subscription = this.core.state.find('subscription', subscriptionOf(invoice) ?? '');
    if (subscription === undefined || over.includes(subscription.status)) return;
    if (subscription.latest_invoice !== invoice.id) return;
    const method = idOf(this.paidWith(invoice));
    subscription.default_payment_method ??= method;
    this.setStatus(subscription, 'active');
  }

  private paidWith(invoice: Stripe.Invoice): string | null {
    const intent = idOf(this.invoices.paymentOf(invoice.id)?.payment.payment_intent);
    return idOf(this.core.state.find('payment_intent', intent ?? '')?.payment_method);
  }
}

export function noPaymentMethod(): StripeError {
  return invalidRequest(
    'This customer has no attached payment source or default payment method. Please consider adding a default payment method.',
    { code: 'resource_missing', param: 'payment_method' },
  );
}

export function checkAnchor(at: number, now: number, recurring: Stripe.Price.Recurring): void {
  if (at > now && at <= after(now, recurring)) return;
  throw invalidRequest(
    `billing_cycle_anchor must be in the future, and not later than the next natural billing date (${after(now, recurring)}).`,
    { param: 'billing_cycle_anchor' },
  );
}

export function currentPeriod({ items }: Stripe.Subscription): Period {
  const [item] = items.data;
  return { start: item?.current_period_start ?? 0, end: item?.current_period_end ?? 0 };
}

export function recurringOf(items: Item[]): Stripe.Price.Recurring {
  const recurring = items[0]?.price.recurring;
  if (recurring === null || recurring === undefined) {
    throw new Error('a subscription is of recurring prices');
  }
  return recurring;
}
