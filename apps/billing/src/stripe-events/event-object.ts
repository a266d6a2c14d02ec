import { z } from 'zod';

/** The types of events that mean something here. https://docs.stripe.com/api/events/types */
export const eventTypes = [
  'payment_intent.succeeded',
  'charge.succeeded',
  'charge.updated',
  'charge.refunded',
  'refund.created',
  'refund.updated',
  'refund.failed',
  'charge.dispute.created',
  'charge.dispute.updated',
  'charge.dispute.funds_withdrawn',
  'charge.dispute.funds_reinstated',
  'charge.dispute.closed',
  'checkout.session.completed',
  'checkout.session.async_payment_succeeded',
  'checkout.session.async_payment_failed',
  'checkout.session.expired',
  'customer.subscription.updated',
  'customer.subscription.deleted',
  'invoice.paid',
  'invoice.payment_failed',
  'invoice.payment_action_required',
] as const;

const reference = z.union([z.string(), z.object({ id: z.string() }).transform(({ id }) => id)]);
const objectSchema = z.object({
  id: z.string().max(255),
  object: z.string(),
  payment_intent: reference.nullish(),
  parent: z
    .object({ subscription_details: z.object({ subscription: reference }).nullish() })
    .nullish(),
});

/** Events about these are about nothing else. */
const itself = ['payment_intent', 'checkout.session', 'subscription'];

/**
 * The id of what an event is about: a payment intent (`pi_`), a Checkout session (`cs_`), or a subscription (`sub_`),
 * its invoices included. Undefined for what means nothing here, like a charge without a payment intent.
 */
export function objectIdOf(type: string, object: unknown): string | undefined {
  if (!(eventTypes as readonly string[]).includes(type)) return undefined;
  const { data } = objectSchema.safeParse(object);
  if (data === undefined) return undefined;
  const id = itself.includes(data.object)
    ? data.id
    : (data.parent?.subscription_details?.subscription ?? data.payment_intent);
  return id?.match(/^(pi|cs|sub)_[A-Za-z0-9_]{1,250}$/)?.[0];
}
