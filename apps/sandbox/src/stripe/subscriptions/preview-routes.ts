import type { Stripe } from 'stripe';
import { z } from 'zod';
import { idOf } from '../core/ids.js';
import type { StripeCore } from '../core/stripe-core.js';
import { flag, params, text, timestamp } from '../wire/params.js';
import { post, type Route } from '../wire/route.js';
import { invalidRequest, parameterMissing } from '../wire/stripe-error.js';
import { itemParam, type Items } from './items.js';
import { prorationBehavior } from './subscription-calls.js';
import type { SubscriptionChanges } from './subscription-changes.js';

const previewParams = params({
  customer: text.optional(),
  subscription: text.optional(),
  subscription_details: z
    .strictObject({
      items: z.array(itemParam).optional(),
      proration_behavior: prorationBehavior.optional(),
      proration_date: timestamp.optional(),
      cancel_at_period_end: flag.optional(),
    })
    .optional(),
});

/** What the next invoice would be, or the one that a change would make. */
export function previewRoutes(
  core: StripeCore,
  items: Items,
  changes: SubscriptionChanges,
): Route[] {
  const { state } = core;
  const preview = (given: z.output<typeof previewParams>): Stripe.Invoice => {
    if (given.subscription === undefined) throw parameterMissing('subscription');
    const subscription = state.get('subscription', given.subscription, 'subscription');
    if (given.customer !== undefined && idOf(subscription.customer) !== given.customer) {
      throw invalidRequest('The subscription does not belong to the customer.', {
        param: 'subscription',
      });
    }
    const { items: changed, ...details } = given.subscription_details ?? {};
    const isEnding = details.cancel_at_period_end ?? subscription.cancel_at_period_end;
    if (subscription.status === 'canceled' || (isEnding && changed === undefined)) {
      throw invalidRequest(`No upcoming invoices for customer: ${idOf(subscription.customer)}`, {
        code: 'invoice_upcoming_none',
      });
    }
    const before = items.of(subscription);
    return changes.preview(subscription, {
      items:
        changed === undefined
          ? before
          : items.changed(before, changed, 'subscription_details[items]'),
      prorationBehavior: details.proration_behavior ?? 'create_prorations',
      paymentBehavior: 'allow_incomplete',
      prorationDate: details.proration_date,
      offSession: false,
    });
  };
  return [post('invoices/create_preview', previewParams, preview)];
}
