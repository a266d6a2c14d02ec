import * as z from 'zod/mini';
import { spendLimit } from './overview.js';
import { routes } from './route.js';
import { nanoUsd, pageOf, time } from './shapes.js';

export const KEY_SCOPES = ['inference', 'management'] as const;
export const KEY_APIS = ['chat_completions', 'responses', 'messages'] as const;
export const LIMIT_PERIODS = ['total', 'month', 'week', 'day'] as const;

const count = z.int().check(z.minimum(0));
const shortTexts = z
  .array(z.string().check(z.minLength(1), z.maxLength(100)))
  .check(z.maxLength(100));

const restrictions = {
  /** Ids of models; empty: every model. */
  allowed_models: shortTexts,
  /** Only models whose content is never stored. */
  never_stored_only: z.boolean(),
  /** Empty: every API. */
  allowed_apis: z.array(z.enum(KEY_APIS)),
  /** Addresses and networks, such as 203.0.113.7 or 2001:db8::/32; empty: every one. */
  allowed_addresses: shortTexts,
  /** 0: as the plan has it, as in the next two. */
  requests_per_minute: count,
  tokens_per_minute: count,
  concurrent_requests: count,
};

const key = z.object({
  key_id: z.string(),
  name: z.string(),
  /** The part of the key that may be shown. */
  public_id: z.string(),
  scope: z.enum(KEY_SCOPES),
  /** Answers come from an echo: free, and seen by no provider. */
  is_test: z.boolean(),
  user_id: z.string(),
  /** Null where it is not shown to the person, or the maker is gone. */
  user_name: z.nullable(z.string()),
  team_id: z.nullable(z.string()),
  restrictions: z.object(restrictions),
  created_at: time,
  expires_at: z.nullable(time),
  disabled_at: z.nullable(time),
  revoked_at: z.nullable(time),
  /** To the minute; null before the first request. */
  last_used_at: z.nullable(time),
  /** The secret before the last rotation works until then. */
  previous_secret_until: z.nullable(time),
  /** Those on the key itself, with what is used of them. */
  limits: z.array(spendLimit),
});

export type Key = z.infer<typeof key>;

const secret = z.object({
  key,
  /** In clear, this once: it is kept nowhere. */
  api_key: z.string(),
});

export type KeySecret = z.infer<typeof secret>;

const name = z.string().check(z.trim(), z.minLength(1), z.maxLength(200));
const limit = z.strictObject({ period: z.enum(LIMIT_PERIODS), limit_nano_usd: nanoUsd });
const account = z.object({ account_id: z.string() });
const one = z.object({ account_id: z.string(), key_id: z.string() });
const nothing = z.strictObject({});

export const keyRoutes = routes({
  /** The keys of the account that the person may see, newest first. */
  list: {
    method: 'GET',
    path: '/bff/accounts/:account_id/keys',
    params: account,
    query: z.object({
      cursor: z.optional(z.string()),
      /** At most 50; 20 where it is not said. */
      limit: z.optional(z.string().check(z.regex(/^([1-9]|[1-4]\d|50)$/))),
    }),
    response: pageOf(key),
  },
  get: {
    method: 'GET',
    path: '/bff/accounts/:account_id/keys/:key_id',
    params: one,
    response: key,
  },
  /** Makes a key of the person's, with its limits, or nothing. Asks for a proof of the person. */
  create: {
    method: 'POST',
    path: '/bff/accounts/:account_id/keys',
    params: account,
    body: z.strictObject({
      name,
      /** Of a team's account. */
      team_id: z.optional(z.string()),
      scope: z._default(z.enum(KEY_SCOPES), 'inference'),
      is_test: z._default(z.boolean(), false),
      expires_at: z._default(z.nullable(time), null),
      restrictions: z._default(z.partial(z.strictObject(restrictions)), {}),
      limits: z._default(z.array(limit).check(z.maxLength(LIMIT_PERIODS.length)), []),
    }),
    response: secret,
  },
  /** Changes what is given and nothing else. Gateways follow within a second. */
  update: {
    method: 'PATCH',
    path: '/bff/accounts/:account_id/keys/:key_id',
    params: one,
    body: z.strictObject({
      name: z.optional(name),
      /** Null: it does not expire any more. */
      expires_at: z.optional(z.nullable(time)),
      /** All of them at once: what is left out restricts nothing any more. */
      restrictions: z.optional(z.partial(z.strictObject(restrictions))),
    }),
    response: key,
  },
  /** Gives the key another secret; the one before works for the grace period. Asks for a proof of the person. */
  rotate: {
    method: 'POST',
    path: '/bff/accounts/:account_id/keys/:key_id/rotate',
    params: one,
    body: z.strictObject({ grace_seconds: z.int().check(z.minimum(0), z.maximum(604_800)) }),
    response: secret,
  },
  disable: {
    method: 'POST',
    path: '/bff/accounts/:account_id/keys/:key_id/disable',
    params: one,
    body: nothing,
    response: key,
  },
  enable: {
    method: 'POST',
    path: '/bff/accounts/:account_id/keys/:key_id/enable',
    params: one,
    body: nothing,
    response: key,
  },
  /** For ever. */
  revoke: {
    method: 'DELETE',
    path: '/bff/accounts/:account_id/keys/:key_id',
    params: one,
    response: key,
  },
  /** `limit_nano_usd` null: the limit is removed. */
  setLimit: {
    method: 'PUT',
    path: '/bff/accounts/:account_id/keys/:key_id/limits/:period',
    params: z.object({ account_id: z.string(), key_id: z.string(), period: z.enum(LIMIT_PERIODS) }),
    body: z.strictObject({ limit_nano_usd: z.nullable(nanoUsd) }),
    response: key,
  },
});
