import type { RequestFilter } from '@modelbridge/dashboard-api';
import * as z from 'zod/mini';
import { nanosOfDollars } from '../../format/money.js';
import { RANGE_NAMES, rangeOf, rangeOfDays } from '../../ranges/range.js';

const optional = <T extends z.ZodMiniType>(schema: T) => z.catch(z.optional(schema), undefined);
const words = optional(z.array(z.string()).check(z.maxLength(50)));

/** What the address says of the page; what is not said filters nothing. */
export const activitySearch = z.object({
  model: words,
  key: words,
  member: words,
  outcome: words,
  result: optional(z.enum(['ok', 'error'])),
  api: words,
  region: words,
  /** Dollars. */
  least: optional(z.string()),
  most: optional(z.string()),
  range: optional(z.enum(RANGE_NAMES)),
  /** Days of UTC, of a custom range. */
  first: optional(z.iso.date()),
  last: optional(z.iso.date()),
  /** The beginning of a request's id. */
  id: optional(z.string()),
  /** `0`: new requests are not shown as they come. */
  live: optional(z.literal(0)),
  /** The request that is open beside the list. */
  request: optional(z.string()),
});

export type ActivitySearch = z.infer<typeof activitySearch>;

/** The members of the address that filter. */
export const FILTER_MEMBERS = [
  ...['model', 'key', 'member', 'outcome', 'result', 'api', 'region'],
  ...['least', 'most', 'range', 'first', 'last', 'id'],
] as const;

/** What the server is asked for. The last hour, day and so on end with `nowMs`, and what comes later is in them too. */
export function filterOf(search: ActivitySearch, nowMs: number): RequestFilter {
  const { range, first, last } = search;
  const days = range === 'custom' ? rangeOfDays(first ?? '', last ?? '') : undefined;
  const from = range === undefined || range === 'custom' ? days?.from : rangeOf(range, nowMs).from;
  return {
    model: search.model,
    key_id: search.key,
    user_id: search.member,
    outcome: search.outcome,
    result: search.result,
    api: search.api,
    region: search.region,
    min_cost_nano_usd: nanosOfDollars(search.least ?? ''),
    max_cost_nano_usd: nanosOfDollars(search.most ?? ''),
    request_id: search.id === '' ? undefined : search.id,
    from,
    to: days?.to,
  };
}

/** Whether requests that come now can be among those that are shown. */
export function canBeLive(search: ActivitySearch, nowMs: number): boolean {
  const { to } = filterOf(search, nowMs);
  return to === undefined || Date.parse(to) > nowMs;
}
