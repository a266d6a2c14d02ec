import type { Stripe } from 'stripe';

const places = 12;
const one = 10n ** BigInt(places);

/** What so many of a price cost, in whole cents; half a cent goes up. */
export function priceAmount({ unit_amount_decimal: unit }: Stripe.Price, quantity: number): number {
  const [whole = '0', fraction = ''] = String(unit ?? 0).split('.', 2);
  const scaled = BigInt(whole) * one + BigInt(fraction.padEnd(places, '0'));
  return Number((scaled * BigInt(quantity) * 2n + one) / (2n * one));
}
