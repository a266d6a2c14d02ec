import * as z from 'zod/mini';
import { routes } from './route.js';
import { nanoUsd, time } from './shapes.js';

const money = z.object({
  balance_nano_usd: nanoUsd,
  /** What is left of granted credit, which is spent first. */
  granted_nano_usd: nanoUsd,
  /** Set aside for requests that run and are to come. */
  held_nano_usd: nanoUsd,
  /** Balance and granted credit, less what is held. */
  available_nano_usd: nanoUsd,
  /** The granted credit that expires next. */
  next_expiry: z.nullable(z.object({ at: time, amount_nano_usd: nanoUsd })),
});

export const spendLimit = z.object({
  scope: z.enum(['account', 'member', 'key']),
  period: z.enum(['day', 'week', 'month', 'total']),
  scope_id: z.string(),
  limit_nano_usd: nanoUsd,
  used_nano_usd: nanoUsd,
  /** Set aside for requests that run and are to come. */
  held_nano_usd: nanoUsd,
  /** Null for a total. */
  resets_at: z.nullable(time),
});

export type SpendLimit = z.infer<typeof spendLimit>;

const overview = z.object({
  /** Null where the account does not show it to the person: a member sees no money of a team. */
  money: z.nullable(money),
  /** Those that the person's own requests meet and that they may see. */
  limits: z.array(spendLimit),
  /** Of the UTC day and month, of what the person may see. */
  spent_today_nano_usd: nanoUsd,
  spent_month_nano_usd: nanoUsd,
});

export type Overview = z.infer<typeof overview>;

const sums = {
  requests: z.number(),
  /** Requests whose caller saw a status of 400 or more, or no whole answer. */
  errors: z.number(),
  /** Of all classes. */
  tokens: z.number(),
  cost_nano_usd: nanoUsd,
};

const firstToken = z.nullable(z.number());

const usage = z.object({
  totals: z.object({
    ...sums,
    /** Null where nothing was measured. Whole milliseconds. */
    first_token_p50_ms: firstToken,
    first_token_p95_ms: firstToken,
  }),
  /** Every period of the range, also those without requests. What follows has a value for each. */
  period_starts: z.array(time),
  periods: z.object({
    requests: z.array(z.number()),
    errors: z.array(z.number()),
    tokens: z.array(z.number()),
    cost_nano_usd: z.array(nanoUsd),
    first_token_p50_ms: z.array(firstToken),
    first_token_p95_ms: z.array(firstToken),
  }),
  /** The dearest first, at most seven; what is left is in one more, whose `group` is null and `is_rest` true. */
  groups: z.array(
    z.object({
      /** The model, key or member. */
      group: z.nullable(z.string()),
      name: z.string(),
      is_rest: z.boolean(),
      totals: z.object(sums),
      requests: z.array(z.number()),
      tokens: z.array(z.number()),
      cost_nano_usd: z.array(nanoUsd),
    }),
  ),
});

export type Usage = z.infer<typeof usage>;

export const GRANULARITIES = ['minute', 'hour', 'day', 'month'] as const;
export const USAGE_GROUPS = ['model', 'key', 'member'] as const;

const params = z.object({ account_id: z.string() });

export const overviewRoutes = routes({
  overview: {
    method: 'GET',
    path: '/bff/accounts/:account_id/overview',
    params,
    response: overview,
  },
  /** What was used in a range: its sums, by period and by group. The same as `ListSpend` and the ledger say. */
  usage: {
    method: 'GET',
    path: '/bff/accounts/:account_id/usage',
    params,
    query: z.object({
      /** Whole periods of UTC. */
      from: time,
      /** Exclusive. At most 400 periods after `from`. */
      to: time,
      granularity: z.enum(GRANULARITIES),
      group_by: z.optional(z.enum(USAGE_GROUPS)),
      key_id: z.optional(z.string()),
    }),
    response: usage,
  },
});
