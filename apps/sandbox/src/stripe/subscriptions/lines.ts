import type { Stripe } from 'stripe';
import { priceAmount } from '../catalog/price-amount.js';
import type { LineDraft, Period } from '../invoicing/invoice-objects.js';
import type { Item } from '../core/stripe-state.js';

type NameOf = (price: Stripe.Price) => string;

function shared(item: Item, subscription: string) {
  return {
    currency: item.price.currency,
    price: item.price,
    quantity: item.quantity,
    invoiceItem: null,
    subscription,
    subscriptionItem: item.id,
  };
}

/** What the items cost for a whole period. */
export function periodLines(
  items: Item[],
  subscription: string,
  period: Period,
  nameOf: NameOf,
): LineDraft[] {
  return items.map((item) => ({
    ...shared(item, subscription),
    amount: priceAmount(item.price, item.quantity),
    description: `${item.quantity} × ${nameOf(item.price)}`,
    period,
    isProration: false,
  }));
}

function formatted(atSeconds: number): string {
  return new Date(atSeconds * 1_000).toLocaleDateString('en-GB', {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    timeZone: 'UTC',
  });
}

/** A part of an amount, in whole cents; half a cent goes up. */
export function part(amount: number, { start, end }: Period, from: number): number {
  const whole = BigInt(end - start);
  const scaled = BigInt(amount) * BigInt(end - from);
  return Number((scaled * 2n + whole) / (whole * 2n));
}

function isSame(one: Item | undefined, other: Item | undefined): boolean {
  return one?.price.id === other?.price.id && one?.quantity === other?.quantity;
}

/** What the items cost until a period ends that began before them. */
export function partialLines(
  items: Item[],
  subscription: string,
  whole: Period,
  from: number,
  nameOf: NameOf,
): LineDraft[] {
  return items.map((item) => ({
    ...shared(item, subscription),
    amount: part(priceAmount(item.price, item.quantity), whole, from),
    description: `Time on ${nameOf(item.price)} from ${formatted(from)} until ${formatted(whole.end)}`,
    period: { start: from, end: whole.end },
    isProration: true,
  }));
}

/** From `at` on: what was paid for and is not used comes back, what is used instead is owed. */
export function prorations(options: {
  before: Item[];
  after: Item[];
  subscription: string;
  at: number;
  /** The whole period that is under way. */
  whole: Period;
  nameOf: NameOf;
  /** False where the new items begin a period of their own. */
  isSamePeriod: boolean;
}): LineDraft[] {
  const { before, after, subscription, at, whole, nameOf, isSamePeriod } = options;
  const on = formatted(at);
  const rest = (item: Item, sign: -1 | 1): LineDraft => ({
    ...shared(item, subscription),
    amount: sign * part(priceAmount(item.price, item.quantity), whole, at),
    description: `${sign < 0 ? 'Unused' : 'Remaining'} time on ${nameOf(item.price)} after ${on}`,
    period: { start: at, end: whole.end },
    isProration: true,
  });
  const found = (items: Item[], id: string) => items.find((item) => item.id === id);
  const credits = before
    .filter((item) => !isSamePeriod || !isSame(item, found(after, item.id)))
    .map((item) => rest(item, -1));
  const debits = after
    .filter((item) => isSamePeriod && !isSame(item, found(before, item.id)))
    .map((item) => rest(item, 1));
  return [...credits, ...debits];
}
