import * as z from 'zod/mini';
import { spendLimit } from './overview.js';
import { routes } from './route.js';
import { wordsInQuery, nanoUsd, pageOf, time } from './shapes.js';

export const OUTCOMES = [
  'completed',
  'failed',
  'caller_gone',
  'upstream_cut',
  'timed_out',
  'shut_down',
  'crashed',
] as const;

const requestRow = z.object({
  id: z.string(),
  created_at: time,
  completed_at: time,
  model: z.string(),
  /** Null where no provider was called, as in the next. */
  provider: z.nullable(z.string()),
  region: z.nullable(z.string()),
  /** Such as `chat_completions`. */
  api: z.string(),
  /** The HTTP status that the caller saw. */
  status: z.number(),
  /** One of OUTCOMES; a newer server may know more. */
  outcome: z.string(),
  finish_reason: z.nullable(z.string()),
  error_class: z.nullable(z.string()),
  streamed: z.boolean(),
  /** ModelBridge counted the tokens, because the provider reported none. */
  estimated: z.boolean(),
  /** Disjoint classes; `reasoning_tokens` alone is a part of another, the output. */
  input_tokens: z.number(),
  cache_read_tokens: z.number(),
  cache_write_5m_tokens: z.number(),
  cache_write_1h_tokens: z.number(),
  output_tokens: z.number(),
  reasoning_tokens: z.number(),
  cost_nano_usd: nanoUsd,
  /** From the request's arrival, whole milliseconds. */
  time_to_first_token_ms: z.nullable(z.number()),
  key_id: z.string(),
  /** Null where the key is not there any more, or not shown to the person. */
  key_name: z.nullable(z.string()),
  user_id: z.string(),
  user_name: z.nullable(z.string()),
});

export type RequestRow = z.infer<typeof requestRow>;

export const TOKEN_CLASSES = [
  'input',
  'cache_read',
  'cache_write_5m',
  'cache_write_1h',
  'output',
] as const;

const requestDetail = z.object({
  ...requestRow.shape,
  /** The version of the price list that it was charged by, and the sum that makes the cost. */
  price_version: z.string(),
  /** Null where the price list of that version is not held any more. */
  price: z.nullable(
    z.object({
      /** The classes with tokens. Each cost is exact; their sum is rounded up once, to `cost_nano_usd`. */
      lines: z.array(
        z.object({
          token_class: z.enum(TOKEN_CLASSES),
          tokens: z.number(),
          pico_usd_per_token: z.string().check(z.regex(/^\d{1,30}$/)),
        }),
      ),
    }),
  ),
  tags: z.record(z.string(), z.string()),
  /** Every limit that it met, as it stands now. */
  limits: z.array(spendLimit),
  /** `not_captured`: content of the model is never stored. `destroyed`: its 30 days are over, or it was deleted. */
  content: z.object({
    state: z.enum(['held', 'not_captured', 'destroyed', 'not_yours']),
    held_until: z.nullable(time),
  }),
});

export type RequestDetail = z.infer<typeof requestDetail>;

const filter = {
  model: wordsInQuery,
  key_id: wordsInQuery,
  user_id: wordsInQuery,
  outcome: wordsInQuery,
  /** `ok`: below 400 and whole. `error`: the others. */
  result: z.optional(z.enum(['ok', 'error'])),
  api: wordsInQuery,
  region: wordsInQuery,
  min_cost_nano_usd: z.optional(nanoUsd),
  max_cost_nano_usd: z.optional(nanoUsd),
  /** Requests that began from here on. */
  from: z.optional(time),
  /** Exclusive. */
  to: z.optional(time),
  /** Part of an id, from its beginning. */
  request_id: z.optional(z.string().check(z.maxLength(64))),
};

const account = z.object({ account_id: z.string() });
const request = z.object({ account_id: z.string(), request_id: z.string() });
const option = z.object({ value: z.string(), name: z.string() });

export const activityRoutes = routes({
  /** The requests that the person may see, newest first. */
  list: {
    method: 'GET',
    path: '/bff/accounts/:account_id/requests',
    params: account,
    query: z.object({
      ...filter,
      cursor: z.optional(z.string()),
      /** At most 100. */
      limit: z.optional(z.string().check(z.regex(/^([1-9]\d?|100)$/))),
    }),
    response: pageOf(requestRow),
  },
  /** What there is to filter by: of the person's last 90 days. */
  filters: {
    method: 'GET',
    path: '/bff/accounts/:account_id/request-filters',
    params: account,
    response: z.object({
      models: z.array(option),
      keys: z.array(option),
      members: z.array(option),
      apis: z.array(option),
      regions: z.array(option),
    }),
  },
  detail: {
    method: 'GET',
    path: '/bff/accounts/:account_id/requests/:request_id',
    params: request,
    response: requestDetail,
  },
  /** Opens what was asked and answered, for its author; each opening is in the audit log. A write, thus. */
  openContent: {
    method: 'POST',
    path: '/bff/accounts/:account_id/requests/:request_id/content',
    params: request,
    response: z.object({
      /** As they were sent, decoded as UTF-8. Null where it was not kept whole. */
      request: z.nullable(z.string()),
      response: z.nullable(z.string()),
      held_until: time,
    }),
  },
});

/** Server-sent events of the new requests that the person may see and the filter lets through: `data` is a row. */
export const liveRequests = {
  path: '/bff/accounts/:account_id/live-requests',
  params: account,
  query: z.object(filter),
} as const;
export const liveRequestsEvent = requestRow;

/** What the filter shows, as a file. A link, not a call. */
export const requestsFile = {
  path: '/bff/accounts/:account_id/requests-file',
  params: account,
  query: z.object({ ...filter, format: z.enum(['csv', 'jsonl', 'parquet']) }),
} as const;

/** What a filter is said with. */
export type RequestFilter = z.input<typeof liveRequests.query>;
