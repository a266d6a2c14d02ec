import type { Stripe } from 'stripe';
import { z } from 'zod';
import { idOf } from '../core/ids.js';
import type { StripeCore } from '../core/stripe-core.js';
import {
  flag,
  mergedMetadata,
  metadata,
  oneOf,
  params,
  text,
  timestamp,
  unsettable,
} from '../wire/params.js';
import { itemParam, type Items } from './items.js';
import type { SubscriptionChanges } from './subscription-changes.js';
import { type Anchor, noPaymentMethod, type Subscriptions } from './subscriptions.js';

const shared = {
  cancel_at_period_end: flag.optional(),
  default_payment_method: text.optional(),
  description: unsettable(text).optional(),
  metadata: metadata.optional(),
  off_session: flag.optional(),
};

export const creation = params({
  ...shared,
  customer: text,
  items: z.array(itemParam),
  billing_cycle_anchor: timestamp.optional(),
  proration_behavior: oneOf('create_prorations', 'none').optional(),
  payment_behavior: oneOf('allow_incomplete', 'default_incomplete').optional(),
});

export const prorationBehavior = oneOf('always_invoice', 'create_prorations', 'none');

export const change = params({
  ...shared,
  items: z.array(itemParam).optional(),
  payment_behavior: oneOf('allow_incomplete', 'pending_if_incomplete').optional(),
  proration_behavior: prorationBehavior.optional(),
  proration_date: timestamp.optional(),
});

/** Subscriptions, as the API puts it. */
export class SubscriptionCalls {
  constructor(
    private readonly core: StripeCore,
    private readonly items: Items,
    private readonly subscriptions: Subscriptions,
    private readonly changes: SubscriptionChanges,
  ) {}

  create(given: z.output<typeof creation>): Stripe.Subscription {
    const { state } = this.core;
    const customer = state.get('customer', given.customer, 'customer');
    this.checkMethod(given.default_payment_method);
    const isTried = given.payment_behavior !== 'default_incomplete';
    const named = given.default_payment_method;
    const known = named ?? idOf(customer.invoice_settings.default_payment_method);
    const items = this.items.changed([], given.items);
    if (isTried && known === null) throw noPaymentMethod();
    const subscription = this.subscriptions.create({
      customer,
      items,
      anchor: anchorOf(given),
      given: {
        cancel_at_period_end: given.cancel_at_period_end ?? false,
        default_payment_method: named ?? null,
        description: given.description ?? null,
        metadata: mergedMetadata({}, given.metadata),
      },
    });
    const method = state.find('payment_method', known ?? '');
    if (isTried && method !== undefined) {
      this.subscriptions.pay(subscription, { method, offSession: given.off_session });
    }
    return subscription;
  }

  update(id: string, given: z.output<typeof change>): Stripe.Subscription {
    const { core, subscriptions } = this;
    const subscription = core.state.get('subscription', id);
    this.checkMethod(given.default_payment_method);
    const next = {
      cancel_at_period_end: given.cancel_at_period_end,
      default_payment_method: given.default_payment_method,
      description: given.description,
      metadata: given.metadata && mergedMetadata(subscription.metadata, given.metadata),
    };
    const changed = Object.entries(next).filter(([, value]) => value !== undefined);
    if (changed.length > 0 || given.items === undefined) {
      if (given.metadata === undefined) subscriptions.mustLive(subscription);
      const names = changed.map(([name]) => name as keyof Stripe.Subscription);
      const before = Object.fromEntries(names.map((name) => [name, subscription[name]]));
      Object.assign(subscription, Object.fromEntries(changed));
      this.markCancellation(subscription, given.cancel_at_period_end);
      subscriptions.announceUpdate(subscription, before);
    }
    if (given.items === undefined) return subscription;
    this.changes.change(subscription, {
      items: this.items.changed(this.items.of(subscription), given.items),
      prorationBehavior: given.proration_behavior ?? 'create_prorations',
      paymentBehavior: given.payment_behavior ?? 'allow_incomplete',
      prorationDate: given.proration_date,
      offSession: given.off_session ?? false,
    });
    return subscription;
  }

  private markCancellation(subscription: Stripe.Subscription, isWanted?: boolean): void {
    if (isWanted === undefined) return;
    const [item] = subscription.items.data;
    subscription.cancel_at = isWanted ? (item?.current_period_end ?? null) : null;
    subscription.canceled_at = isWanted ? this.core.nowFor(subscription.customer) : null;
    subscription.cancellation_details = {
      comment: null,
      feedback: null,
      feedback_option: null,
      reason: isWanted ? 'cancellation_requested' : null,
    };
  }

  private checkMethod(method: string | undefined): void {
    if (method === undefined) return;
    this.core.state.get('payment_method', method, 'default_payment_method');
  }
}

export function anchorOf(given: {
  billing_cycle_anchor?: number;
  proration_behavior?: 'create_prorations' | 'none';
}): Anchor | undefined {
  const { billing_cycle_anchor: at, proration_behavior: behavior } = given;
  return at === undefined ? undefined : { at, isProrated: behavior !== 'none' };
}
