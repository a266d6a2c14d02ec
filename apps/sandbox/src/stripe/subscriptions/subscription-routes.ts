import type { Stripe } from 'stripe';
import { z } from 'zod';
import { idOf } from '../core/ids.js';
import type { StripeCore } from '../core/stripe-core.js';
import { fits, page, within } from '../wire/lists.js';
import { listParams, oneOf, params, range, text } from '../wire/params.js';
import { del, get, post, type Route } from '../wire/route.js';
import { change, creation, type SubscriptionCalls } from './subscription-calls.js';
import type { Subscriptions } from './subscriptions.js';

const cancellation = params({
  cancellation_details: z
    .strictObject({
      comment: text.optional(),
      feedback: oneOf(
        'customer_service',
        'low_quality',
        'missing_features',
        'other',
        'switched_service',
        'too_complex',
        'too_expensive',
        'unused',
      ).optional(),
    })
    .optional(),
});

export function subscriptionRoutes(
  core: StripeCore,
  subscriptions: Subscriptions,
  calls: SubscriptionCalls,
): Route[] {
  const { state } = core;
  return [
    post('subscriptions', creation, (given) => calls.create(given)),
    get(
      'subscriptions',
      listParams({
        customer: text.optional(),
        price: text.optional(),
        created: range.optional(),
        test_clock: text.optional(),
        status: oneOf(
          'active',
          'all',
          'canceled',
          'ended',
          'incomplete',
          'incomplete_expired',
          'past_due',
          'paused',
          'trialing',
          'unpaid',
        ).optional(),
      }),
      (query) =>
        page(
          '/v1/subscriptions',
          state
            .all('subscription')
            .filter(({ customer }) => fits(query.customer, idOf(customer)))
            .filter(({ test_clock: clock }) => fits(query.test_clock, idOf(clock) ?? undefined))
            .filter(({ status }) => isWanted(query.status, status))
            .filter((one) => isOf(query.price, one))
            .filter(({ created }) => within(created, query.created)),
          query,
        ),
    ),
    get('subscriptions/:id', params({}), (_params, id) => state.get('subscription', id)),
    post('subscriptions/:id', change, (given, id) => calls.update(id, given)),
    del('subscriptions/:id', cancellation, ({ cancellation_details: details }, id) =>
      subscriptions.cancel(state.get('subscription', id), details),
    ),
  ];
}

function isOf(price: string | undefined, { items }: Stripe.Subscription): boolean {
  return price === undefined || items.data.some((item) => item.price.id === price);
}

/** Those that ended are listed only where they are asked for. */
function isWanted(wanted: string | undefined, status: Stripe.Subscription.Status): boolean {
  const hasEnded = status === 'canceled' || status === 'incomplete_expired';
  if (wanted === 'all') return true;
  if (wanted === 'ended') return hasEnded;
  return wanted === undefined ? status !== 'canceled' : status === wanted;
}
