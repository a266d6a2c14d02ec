import { idSchema } from '@modelbridge/contracts';
import { z } from 'zod';
import { firstTokenWithin, mergeFirstTokens } from './first-tokens.js';

export const seriesGranularities = ['minute', 'hour', 'day', 'month'] as const;
export type SeriesGranularity = (typeof seriesGranularities)[number];

export const seriesGroups = ['none', 'model', 'key', 'user'] as const;
export type SeriesGroup = (typeof seriesGroups)[number];

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

export const seriesBounds = {
  mostPeriods: 400,
  usualGroups: 7,
  mostGroups: 200,
  /** For so long there are sums by the minute: an hour more than is promised, for a question that is on its way. */
  minutesKeptMs: 49 * hourMs,
  pruneEveryMs: 10 * minuteMs,
};

/** The oldest time of which there are sums by the minute. */
export function oldestMinute(now: Date): number {
  return now.getTime() - seriesBounds.minutesKeptMs;
}

const optionalId = (kind: 'key' | 'user') =>
  z
    .union([z.literal(''), idSchema(kind)], { error: `must be a ${kind} id` })
    .transform((id) => id || undefined);

/** The period (UTC) after the one that begins at a time. */
function nextPeriod(start: Date, granularity: SeriesGranularity): Date {
  if (granularity === 'month') {
    return new Date(Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + 1));
  }
  const lengthMs = { minute: minuteMs, hour: hourMs, day: dayMs }[granularity];
  return new Date(start.getTime() + lengthMs);
}

function isStart(time: Date, granularity: SeriesGranularity): boolean {
  if (granularity === 'month' && time.getUTCDate() !== 1) return false;
  const lengthMs = { minute: minuteMs, hour: hourMs, day: dayMs, month: dayMs }[granularity];
  return time.getTime() % lengthMs === 0;
}

/** The starts of the periods of a range, one more than there may be at most. */
function periodsOf(from: Date, to: Date, granularity: SeriesGranularity): Date[] {
  const starts: Date[] = [];
  for (let start = from; start < to && starts.length <= seriesBounds.mostPeriods;) {
    starts.push(start);
    start = nextPeriod(start, granularity);
  }
  return starts;
}

export const seriesQuerySchema = z
  .object({
    accountId: idSchema('account'),
    keyId: optionalId('key'),
    userId: optionalId('user'),
    model: z
      .string()
      .max(200, 'must be at most 200 characters')
      .refine((text) => !text.includes('\0'), 'must be text')
      .transform((model) => model || undefined),
    from: z.date('must be a time'),
    to: z.date('must be a time'),
    granularity: z.enum(seriesGranularities, 'must be minute, hour, day or month'),
    groupBy: z.enum(seriesGroups, 'must be model, key, user or nothing'),
    mostGroups: z
      .int()
      .max(seriesBounds.mostGroups, `must be at most ${seriesBounds.mostGroups}`)
      .transform((most) => most || seriesBounds.usualGroups),
  })
  .refine(({ from, granularity }) => isStart(from, granularity), {
    path: ['from'],
    message: 'must be the beginning of a period of UTC',
  })
  .refine(({ to, granularity }) => isStart(to, granularity), {
    path: ['to'],
    message: 'must be the beginning of a period of UTC',
  })
  .refine(({ from, to }) => from < to, { path: ['to'], message: 'must be after from' })
  .refine(
    ({ granularity, from }) =>
      granularity !== 'minute' || from.getTime() >= oldestMinute(new Date()),
    { path: ['from'], message: 'must be within the last 48 hours for periods of a minute' },
  )
  .transform((query) => ({
    ...query,
    periodStarts: periodsOf(query.from, query.to, query.granularity),
  }))
  .refine(({ periodStarts }) => periodStarts.length <= seriesBounds.mostPeriods, {
    path: ['to'],
    message: `must be at most ${seriesBounds.mostPeriods} periods after from`,
  });
export type SeriesQuery = z.output<typeof seriesQuerySchema>;

interface Counted {
  requests: bigint;
  errors: bigint;
  tokens: bigint;
  costNanoUsd: bigint;
}

/** Sums of one period and group, or of all groups that are not told apart. */
export interface SeriesRow extends Counted {
  periodStart: Date;
  /** The model, key id or user id; null for the rest, and without groups. */
  group: string | null;
  firstTokens: number[] | null;
}

export interface SeriesSums extends Counted {
  firstTokenP50Ms: number | undefined;
  firstTokenP95Ms: number | undefined;
}

export interface SeriesOfGroup {
  group: string;
  isRest: boolean;
  totals: SeriesSums;
  requests: bigint[];
  tokens: bigint[];
  costNanoUsd: bigint[];
}

export interface UsageSeries {
  totals: SeriesSums;
  periodStarts: Date[];
  periods: SeriesSums[];
  groups: SeriesOfGroup[];
}

/** What rows add up to, and the same by period and by group. */
export function seriesOf(
  { periodStarts, groupBy }: SeriesQuery,
  rows: readonly SeriesRow[],
): UsageSeries {
  const places = new Map(periodStarts.map((start, place) => [start.getTime(), place]));
  const total = new Sum();
  const periods = periodStarts.map(() => new Sum());
  const groups = new Map<string | null, { total: Sum; periods: Sum[] }>();
  for (const row of rows) {
    const place = places.get(row.periodStart.getTime());
    const period = place === undefined ? undefined : periods[place];
    // A row that is in no period would be in the totals and in no bar.
    if (place === undefined || period === undefined) throw new Error('a sum of no period');
    total.add(row);
    period.add(row);
    if (groupBy === 'none') continue;
    const group = groups.get(row.group) ?? {
      total: new Sum(),
      periods: periodStarts.map(() => new Sum()),
    };
    groups.set(row.group, group);
    group.total.add(row);
    group.periods[place]?.add(row);
  }
  return {
    totals: total.told(),
    periodStarts,
    periods: periods.map((sum) => sum.told()),
    groups: [...groups]
      .map(([name, group]) => ({
        group: name ?? '',
        isRest: name === null,
        totals: group.total.told(),
        requests: group.periods.map(({ requests }) => requests),
        tokens: group.periods.map(({ tokens }) => tokens),
        costNanoUsd: group.periods.map(({ costNanoUsd }) => costNanoUsd),
      }))
      .sort(dearestFirst),
  };
}

function dearestFirst(a: SeriesOfGroup, b: SeriesOfGroup): number {
  if (a.isRest !== b.isRest) return a.isRest ? 1 : -1;
  const [costA, costB] = [a.totals.costNanoUsd, b.totals.costNanoUsd];
  if (costA !== costB) return costA > costB ? -1 : 1;
  const [requestsA, requestsB] = [a.totals.requests, b.totals.requests];
  if (requestsA !== requestsB) return requestsA > requestsB ? -1 : 1;
  return a.group < b.group ? -1 : 1;
}

class Sum implements Counted {
  requests = 0n;
  errors = 0n;
  tokens = 0n;
  costNanoUsd = 0n;
  private firstTokens: number[] | null = null;

  add(row: SeriesRow): void {
    this.requests += row.requests;
    this.errors += row.errors;
    this.tokens += row.tokens;
    this.costNanoUsd += row.costNanoUsd;
    this.firstTokens = mergeFirstTokens(this.firstTokens, row.firstTokens);
  }

  told(): SeriesSums {
    const { requests, errors, tokens, costNanoUsd } = this;
    const [firstTokenP50Ms, firstTokenP95Ms] = [0.5, 0.95].map((part) =>
      firstTokenWithin(this.firstTokens, part),
    );
    return { requests, errors, tokens, costNanoUsd, firstTokenP50Ms, firstTokenP95Ms };
  }
}
