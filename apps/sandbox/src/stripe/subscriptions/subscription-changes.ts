import type { Stripe } from 'stripe';
import { idOf } from '../core/ids.js';
import type { StripeCore } from '../core/stripe-core.js';
import type { InvoiceItems } from '../invoicing/invoice-items.js';
import type { LineDraft } from '../invoicing/invoice-objects.js';
import { type Invoices, subscriptionOf } from '../invoicing/invoices.js';
import { invalidRequest } from '../wire/stripe-error.js';
import type { Item } from '../core/stripe-state.js';
import type { Items } from './items.js';
import { periodLines, prorations } from './lines.js';
import { periodEnd, sameInterval, wholePeriod } from './period.js';
import { subscriptionItemObject } from './subscription-objects.js';
import {
  currentPeriod,
  incompleteSeconds,
  noPaymentMethod,
  recurringOf,
  type Subscriptions,
} from './subscriptions.js';

export interface ItemsChange {
  items: Item[];
  prorationBehavior: 'always_invoice' | 'create_prorations' | 'none';
  paymentBehavior: 'allow_incomplete' | 'pending_if_incomplete';
  prorationDate?: number;
  offSession: boolean;
}

/** What a change costs, and what comes at the end of the period. */
interface Costs {
  prorated: LineDraft[];
  /** A whole period, where the change begins one. */
  restarted: LineDraft[];
}

/** Changes of plan. */
export class SubscriptionChanges {
  constructor(
    private readonly core: StripeCore,
    private readonly items: Items,
    private readonly invoiceItems: InvoiceItems,
    private readonly invoices: Invoices,
    private readonly subscriptions: Subscriptions,
  ) {
    invoices.whenPaid((invoice) => this.applyPending(invoice));
    invoices.whenVoided((invoice) => this.giveUpPending(invoice));
  }

  change(subscription: Stripe.Subscription, change: ItemsChange): void {
    this.subscriptions.mustLive(subscription);
    const { prorated, restarted } = this.costs(subscription, change);
    const isInvoiced = change.prorationBehavior === 'always_invoice' || restarted.length > 0;
    if (isInvoiced && prorated.length + restarted.length > 0) {
      this.invoice(subscription, change, prorated, restarted);
      return;
    }
    this.addItems(subscription, prorated);
    this.apply(subscription, change.items);
  }

  /** The invoice that a change would make, or the next one; nothing of it is kept. */
  preview(subscription: Stripe.Subscription, change: ItemsChange): Stripe.Invoice {
    const { prorated, restarted } = this.costs(subscription, change);
    const isInvoiced = change.prorationBehavior === 'always_invoice' || restarted.length > 0;
    const made = this.subscriptions.newInvoice(subscription, 'upcoming');
    const lines = isInvoiced
      ? [...prorated, ...restarted]
      : [...this.waiting(subscription), ...prorated, ...this.next(subscription, change.items)];
    if (change.prorationDate !== undefined && made.subscription !== undefined) {
      made.subscription.prorationDate = change.prorationDate;
    }
    return this.invoices.preview(made, lines);
  }

  /** The change is given up: nobody paid for it in time. */
  expire(subscription: Stripe.Subscription): void {
    this.core.state.pendingItems.delete(subscription.id);
    subscription.pending_update = null;
    const invoice = this.subscriptions.latestInvoice(subscription);
    if (invoice.status === 'open') this.invoices.void(invoice);
    this.core.announce('customer.subscription.pending_update_expired', subscription);
  }

  private invoice(
    subscription: Stripe.Subscription,
    change: ItemsChange,
    prorated: LineDraft[],
    restarted: LineDraft[],
  ): void {
    this.addItems(subscription, prorated);
    const before = subscription.latest_invoice;
    const invoice = this.subscriptions.draft(subscription, 'subscription_update', restarted);
    const parent = invoice.parent?.subscription_details;
    if (parent && change.prorationDate !== undefined) {
      parent.subscription_proration_date = change.prorationDate;
    }
    this.invoices.finalize(invoice);
    const isPaid = this.isPaid(invoice, change.offSession);
    if (isPaid || change.paymentBehavior === 'allow_incomplete') {
      this.apply(subscription, change.items, before);
      if (!isPaid) this.subscriptions.setStatus(subscription, 'past_due');
      return;
    }
    this.core.state.pendingItems.set(subscription.id, change.items);
    const period = currentPeriod(subscription);
    subscription.pending_update = {
      billing_cycle_anchor: null,
      cancel_at_period_end: null,
      discount: null,
      discounts: null,
      expires_at: this.core.nowFor(subscription.customer) + incompleteSeconds,
      metadata: null,
      subscription_items: change.items.map((item) =>
        subscriptionItemObject(subscription.id, subscription.created, { ...item, period }),
      ),
      trial_end: null,
      trial_from_plan: null,
    };
    this.subscriptions.announceUpdate(subscription, {
      latest_invoice: before,
      pending_update: null,
    });
  }

  /** Tries the card that is known; where there is none, somebody has to come with one. */
  private isPaid(invoice: Stripe.Invoice, offSession: boolean): boolean {
    if (invoice.status === 'paid') return true;
    const method = this.invoices.methodOf(invoice);
    if (method === undefined) throw noPaymentMethod();
    this.invoices.attempt(invoice, { method, offSession });
    return this.core.state.get('invoice', invoice.id).status === 'paid';
  }

  /** https://docs.stripe.com/billing/subscriptions/pending-updates#cancel-pending-updates */
  private giveUpPending(invoice: Stripe.Invoice): void {
    const subscription = this.core.state.find('subscription', subscriptionOf(invoice) ?? '');
    if (subscription?.pending_update === undefined || subscription.pending_update === null) return;
    if (subscription.latest_invoice !== invoice.id) return;
    const { pending_update: before } = subscription;
    this.core.state.pendingItems.delete(subscription.id);
    subscription.pending_update = null;
    this.subscriptions.announceUpdate(subscription, { pending_update: before });
  }

  private applyPending(invoice: Stripe.Invoice): void {
    const subscription = this.core.state.find('subscription', subscriptionOf(invoice) ?? '');
    const items = this.core.state.pendingItems.get(subscription?.id ?? '');
    if (subscription === undefined || items === undefined) return;
    if (subscription.latest_invoice !== invoice.id) return;
    this.core.state.pendingItems.delete(subscription.id);
    subscription.pending_update = null;
    this.core.announce('customer.subscription.pending_update_applied', subscription);
    this.apply(subscription, items);
  }

  private apply(
    subscription: Stripe.Subscription,
    items: Item[],
    latestBefore = subscription.latest_invoice,
  ): void {
    const before = {
      items: structuredClone(subscription.items),
      ...(latestBefore !== subscription.latest_invoice && { latest_invoice: latestBefore }),
    };
    let period = currentPeriod(subscription);
    if (this.restarts(subscription, items)) {
      const now = this.core.nowFor(subscription.customer);
      subscription.billing_cycle_anchor = now;
      period = { start: now, end: periodEnd(now, now, recurringOf(items)) };
    }
    this.subscriptions.setItems(subscription, items, period);
    this.subscriptions.announceUpdate(subscription, before);
  }

  private costs(subscription: Stripe.Subscription, change: ItemsChange): Costs {
    const before = this.items.of(subscription);
    const now = this.core.nowFor(subscription.customer);
    const at = change.prorationDate ?? now;
    const { start, end } = currentPeriod(subscription);
    if (at < start || at > end) {
      throw invalidRequest(
        'Invalid proration_date: it must be within the current period of the subscription.',
        { param: 'proration_date' },
      );
    }
    const nameOf = (price: Stripe.Price): string => this.items.nameOf(price);
    const restarts = this.restarts(subscription, change.items);
    const prorated =
      change.prorationBehavior === 'none'
        ? []
        : prorations({
            before,
            after: change.items,
            subscription: subscription.id,
            at,
            whole: wholePeriod(subscription.billing_cycle_anchor, end, recurringOf(before)),
            nameOf,
            isSamePeriod: !restarts,
          });
    const period = { start: now, end: periodEnd(now, now, recurringOf(change.items)) };
    return {
      prorated,
      restarted: restarts ? periodLines(change.items, subscription.id, period, nameOf) : [],
    };
  }

  /** Another interval begins a period of its own. */
  private restarts(subscription: Stripe.Subscription, items: Item[]): boolean {
    return !sameInterval(recurringOf(this.items.of(subscription)), recurringOf(items));
  }

  private waiting(subscription: Stripe.Subscription): LineDraft[] {
    return this.invoiceItems
      .pending(idOf(subscription.customer), subscription.currency, subscription.id)
      .map((item) => this.invoiceItems.lineOf(item));
  }

  private next(subscription: Stripe.Subscription, items: Item[]): LineDraft[] {
    if (subscription.cancel_at_period_end) return [];
    const { end: start } = currentPeriod(subscription);
    const end = periodEnd(subscription.billing_cycle_anchor, start, recurringOf(items));
    return periodLines(items, subscription.id, { start, end }, (price) => this.items.nameOf(price));
  }

  private addItems(subscription: Stripe.Subscription, lines: LineDraft[]): void {
    const customer = this.core.state.get('customer', idOf(subscription.customer), 'customer');
    for (const line of lines) this.invoiceItems.create(customer, line);
  }
}
