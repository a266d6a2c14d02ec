import type { Stripe } from 'stripe';

type Recurring = Pick<Stripe.Price.Recurring, 'interval' | 'interval_count'>;

const daySeconds = 24 * 60 * 60;

/** `count` intervals after a moment; the 31st becomes the last of a month that has none, and the 31st again after it. */
export function after(anchor: number, { interval, interval_count: length }: Recurring, count = 1) {
  const units = count * length;
  if (interval === 'day') return anchor + units * daySeconds;
  if (interval === 'week') return anchor + units * 7 * daySeconds;
  const months = interval === 'year' ? units * 12 : units;
  const from = new Date(anchor * 1_000);
  const month = from.getUTCMonth() + months;
  const lastDay = new Date(Date.UTC(from.getUTCFullYear(), month + 1, 0)).getUTCDate();
  const moved = new Date(anchor * 1_000);
  moved.setUTCFullYear(from.getUTCFullYear(), month, Math.min(from.getUTCDate(), lastDay));
  return moved.getTime() / 1_000;
}

/** The end of the period that begins at `start`, counted from the anchor so that no day is lost on the way. */
export function periodEnd(anchor: number, start: number, recurring: Recurring): number {
  let count = 1;
  while (after(anchor, recurring, count) <= start) count += 1;
  return after(anchor, recurring, count);
}

/** The whole period that ends at `end`, of which a subscription may have begun within. */
export function wholePeriod(anchor: number, end: number, recurring: Recurring) {
  let count = 0;
  while (after(anchor, recurring, count) < end) count += 1;
  return { start: after(anchor, recurring, count - 1), end };
}

export function sameInterval(one: Recurring | null, other: Recurring | null): boolean {
  return one?.interval === other?.interval && one?.interval_count === other?.interval_count;
}
