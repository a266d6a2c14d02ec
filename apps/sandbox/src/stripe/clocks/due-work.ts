import type { Stripe } from 'stripe';
import { idOf } from '../core/ids.js';
import type { StripeCore } from '../core/stripe-core.js';
import type { Invoices } from '../invoicing/invoices.js';
import type { Items } from '../subscriptions/items.js';
import type { SubscriptionChanges } from '../subscriptions/subscription-changes.js';
import {
  currentPeriod,
  incompleteSeconds,
  type Subscriptions,
} from '../subscriptions/subscriptions.js';

/** What Stripe does of itself, and when. */
export interface Due {
  at: number;
  act: () => void;
}

/** How long before a renewal it is told of. */
const noticeSeconds = 7 * 24 * 60 * 60;

/** What time brings: renewals, tries to charge, ends. */
export class DueWork {
  constructor(
    private readonly core: StripeCore,
    private readonly items: Items,
    private readonly invoices: Invoices,
    private readonly subscriptions: Subscriptions,
    private readonly changes: SubscriptionChanges,
  ) {}

  /** What comes first, of all that is due by a moment of a clock; null is the time of everybody. */
  next(clock: string | null, until: number): Due | undefined {
    let first: Due | undefined;
    const consider = (due: Due | undefined): void => {
      if (due !== undefined && due.at <= until && due.at < (first?.at ?? Infinity)) first = due;
    };
    const { state } = this.core;
    for (const invoice of state.each('invoice')) {
      if (idOf(invoice.test_clock) === clock) consider(this.ofInvoice(invoice));
    }
    for (const subscription of state.each('subscription')) {
      if (idOf(subscription.test_clock) !== clock) continue;
      for (const due of this.ofSubscription(subscription)) consider(due);
    }
    return first;
  }

  private ofInvoice(invoice: Stripe.Invoice): Due | undefined {
    const { automatically_finalizes_at: finalizesAt, next_payment_attempt: attemptAt } = invoice;
    if (invoice.status === 'draft' && finalizesAt !== null) {
      return { at: finalizesAt, act: () => this.issue(invoice) };
    }
    if (invoice.status === 'open' && attemptAt !== null) {
      return { at: attemptAt, act: () => this.subscriptions.collect(invoice) };
    }
    return undefined;
  }

  private issue(invoice: Stripe.Invoice): void {
    this.invoices.finalize(invoice);
    if (invoice.status !== 'open') return;
    if (invoice.collection_method === 'send_invoice') this.invoices.send(invoice);
    else this.subscriptions.collect(invoice);
  }

  private ofSubscription(subscription: Stripe.Subscription): Due[] {
    const { status, created, pending_update: pending } = subscription;
    if (status === 'incomplete') {
      const expire = () => this.subscriptions.expire(subscription);
      return [{ at: created + incompleteSeconds, act: expire }];
    }
    if (status !== 'active' && status !== 'past_due') return [];
    const { start, end } = currentPeriod(subscription);
    const due: Due[] = [];
    if (pending !== null) {
      due.push({ at: pending.expires_at, act: () => this.changes.expire(subscription) });
    }
    const told = this.core.state.upcomingTold.get(subscription.id);
    if (told !== end && !subscription.cancel_at_period_end) {
      due.push({
        at: Math.max(start, end - noticeSeconds),
        act: () => this.tell(subscription, end),
      });
    }
    due.push({
      at: end,
      act: () =>
        subscription.cancel_at_period_end
          ? this.subscriptions.cancel(subscription)
          : this.subscriptions.renew(subscription),
    });
    return due;
  }

  private tell(subscription: Stripe.Subscription, end: number): void {
    this.core.state.upcomingTold.set(subscription.id, end);
    const upcoming = this.changes.preview(subscription, {
      items: this.items.of(subscription),
      prorationBehavior: 'none',
      paymentBehavior: 'allow_incomplete',
      offSession: true,
    });
    this.core.announce('invoice.upcoming', upcoming);
  }
}
