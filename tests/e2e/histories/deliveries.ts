import type Stripe from 'stripe';
import type { Random } from '../../../tools/soak/src/random.js';
import type { PaymentStack } from '../payments/payment-stack.js';

/** Events that Stripe has made since one, the oldest first. */
export async function eventsSince(
  stripe: Stripe,
  known: string | undefined,
): Promise<Stripe.Event[]> {
  const events: Stripe.Event[] = [];
  for await (const event of stripe.events.list({ limit: 100 })) {
    if (event.id === known) break;
    events.push(event);
  }
  return events.reverse();
}

/** Sends some of these events, some of them twice, in any order; others are lost. */
export async function sendSome(
  stack: PaymentStack,
  ids: string[],
  random: Random,
  share: number,
): Promise<void> {
  const sent = ids.filter(() => random.chance(share));
  const again = sent.filter(() => random.chance(0.4));
  const events = random.shuffled([...sent, ...again]);
  const lanes = [0, 1, 2, 3].map((lane) => events.filter((_, index) => index % 4 === lane));
  await Promise.all(lanes.map((lane) => sendInOrder(stack, lane)));
}

export async function sendInOrder(stack: PaymentStack, ids: string[]): Promise<void> {
  if (ids.length > 0) await stack.stripe('POST', 'webhooks/deliver', { events: ids });
}

/** The customer whom an event is about; undefined for nobody's. */
export function customerOf({ data }: Stripe.Event): string | undefined {
  const { object } = data as { object: { id?: string; object: string; customer?: unknown } };
  const { customer } = object;
  return typeof customer === 'string' ? customer : undefined;
}
