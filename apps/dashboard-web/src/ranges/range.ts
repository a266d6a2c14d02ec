import type { GRANULARITIES } from '@modelbridge/dashboard-api';

export type Granularity = (typeof GRANULARITIES)[number];

/** Of the lengths that can be chosen, the periods that they are shown in and how many of them. */
const LENGTHS = {
  hour: { label: 'Last hour', periods: 60, granularity: 'minute' },
  day: { label: 'Last 24 hours', periods: 24, granularity: 'hour' },
  '7d': { label: 'Last 7 days', periods: 7, granularity: 'day' },
  '30d': { label: 'Last 30 days', periods: 30, granularity: 'day' },
  '90d': { label: 'Last 90 days', periods: 90, granularity: 'day' },
  year: { label: 'Last 12 months', periods: 12, granularity: 'month' },
} as const satisfies Record<string, { label: string; periods: number; granularity: Granularity }>;

export const RANGE_NAMES = ['30d', 'hour', 'day', '7d', '90d', 'year', 'custom'] as const;
export type RangeName = (typeof RANGE_NAMES)[number];

/** In the order of their lengths. */
export const RANGE_LABELS: readonly { value: RangeName; label: string }[] = [
  ...Object.entries(LENGTHS).map(([value, { label }]) => ({ value: value as RangeName, label })),
  { value: 'custom', label: 'Custom days' },
];

export interface Range {
  /** ISO 8601; whole periods of UTC, the one that is not over yet among them. */
  readonly from: string;
  /** Exclusive. */
  readonly to: string;
  readonly granularity: Granularity;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const PERIOD_MS = { minute: MINUTE_MS, hour: HOUR_MS, day: DAY_MS } as const;
/** What the server answers at most. */
const MOST_DAYS = 400;
/** Up to here hours are shown. */
const FEW_DAYS = 2;

const iso = (ms: number) => new Date(ms).toISOString();

export function rangeOf(name: Exclude<RangeName, 'custom'>, nowMs: number): Range {
  const { periods, granularity } = LENGTHS[name];
  if (granularity === 'month') {
    const now = new Date(nowMs);
    const month = (offset: number) =>
      iso(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + offset, 1));
    return { from: month(1 - periods), to: month(1), granularity };
  }
  const size = PERIOD_MS[granularity];
  const end = Math.floor(nowMs / size) * size + size;
  return { from: iso(end - periods * size), to: iso(end), granularity };
}

/**
 * From the first day up to and with the last, days of UTC such as `2026-11-30`. Undefined where they are no days, in
 * the wrong order, or more than can be shown.
 */
export function rangeOfDays(first: string, last: string): Range | undefined {
  const from = Date.parse(`${first}T00:00:00Z`);
  const to = Date.parse(`${last}T00:00:00Z`) + DAY_MS;
  const days = (to - from) / DAY_MS;
  if (Number.isNaN(days) || days < 1 || days > MOST_DAYS) return undefined;
  return { from: iso(from), to: iso(to), granularity: days <= FEW_DAYS ? 'hour' : 'day' };
}

/** The range of the same length that ends where this one begins. */
export function rangeBefore({ from, to, granularity }: Range): Range {
  if (granularity === 'month') {
    const start = new Date(from);
    const end = new Date(to);
    const months =
      12 * (end.getUTCFullYear() - start.getUTCFullYear()) +
      end.getUTCMonth() -
      start.getUTCMonth();
    const before = Date.UTC(start.getUTCFullYear(), start.getUTCMonth() - months, 1);
    return { from: iso(before), to: from, granularity };
  }
  const length = Date.parse(to) - Date.parse(from);
  return { from: iso(Date.parse(from) - length), to: from, granularity };
}
