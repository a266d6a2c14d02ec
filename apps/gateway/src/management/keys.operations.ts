import { z } from 'zod';
import { idSchema } from '@modelbridge/contracts';
import { nanoUsd, limit, pageOf, pageQuery, time } from '../operations/schemas.js';
import { operation } from '../operations/operation.js';
import { keyApis, keyScopes, limitOnKeyPeriods } from './key-words.js';

const tag = 'Keys';

const restrictions = {
  allowed_models: z
    .array(z.string().min(1).max(100))
    .max(100)
    .describe('Ids of models; empty: every model.'),
  never_stored_only: z.boolean().describe('Only models whose content is never stored.'),
  allowed_apis: z.array(z.enum(keyApis)).describe('Empty: every API.'),
  allowed_addresses: z
    .array(z.string().min(1).max(50))
    .max(100)
    .describe('Addresses and networks, such as 203.0.113.7 or 2001:db8::/32; empty: every one.'),
  requests_per_minute: z.int().min(0).describe('0: as the plan has it, as in the two below.'),
  tokens_per_minute: z.int().min(0),
  concurrent_requests: z.int().min(0),
};

const key = z
  .object({
    object: z.literal('api_key'),
    id: idSchema('key'),
    name: z.string(),
    public_id: z.string().describe('The part of the key that may be shown and logged.'),
    scope: z.enum(keyScopes),
    is_test: z.boolean().describe('Answers come from an echo: free, and seen by no provider.'),
    account_id: idSchema('account'),
    user_id: idSchema('user'),
    team_id: idSchema('team').nullable(),
    restrictions: z.object(restrictions),
    created_at: time.nullable(),
    expires_at: time.nullable(),
    disabled_at: time.nullable(),
    revoked_at: time.nullable(),
    last_used_at: time.nullable().describe('To the minute; null before the first request.'),
    previous_secret_until: time
      .nullable()
      .describe('The secret before the last rotation works until then.'),
  })
  .meta({ id: 'ApiKey' });
export type KeyJson = z.output<typeof key>;

const secret = z
  .object({
    ...key.shape,
    api_key: z
      .string()
      .nullable()
      .describe('The key in clear, this once: null where a request is repeated.'),
  })
  .meta({ id: 'ApiKeyWithSecret' });

const name = z.string().trim().min(1).max(200);
const params = z.strictObject({ id: idSchema('key') });
const wantedRestrictions = z.strictObject(restrictions).partial();
export type WantedRestrictions = z.output<typeof wantedRestrictions>;

export const listKeys = operation({
  id: 'listKeys',
  method: 'GET',
  path: '/v1/keys',
  tag,
  summary: 'The keys of the account that you may see, newest first.',
  query: pageQuery,
  answer: pageOf(key),
});

export const createKey = operation({
  id: 'createKey',
  method: 'POST',
  path: '/v1/keys',
  tag,
  summary: 'Makes a key of yours, and shows it in clear this once.',
  body: z.strictObject({
    name,
    scope: z.enum(keyScopes).default('inference'),
    is_test: z.boolean().default(false),
    expires_at: time.nullable().default(null).describe('In the future; null: never.'),
    restrictions: wantedRestrictions.default({}),
  }),
  status: 201,
  answer: secret,
});

export const getApiKey = operation({
  id: 'getApiKey',
  method: 'GET',
  path: '/v1/keys/{id}',
  tag,
  summary: 'One key.',
  params,
  answer: key,
});

export const updateKey = operation({
  id: 'updateKey',
  method: 'PATCH',
  path: '/v1/keys/{id}',
  tag,
  summary: 'Changes what is given and nothing else; gateways follow within a second.',
  params,
  body: z.strictObject({
    name: name.optional(),
    expires_at: time.nullish().describe('Null: the key does not expire any more.'),
    restrictions: wantedRestrictions
      .optional()
      .describe('All of them at once: what is left out restricts nothing any more.'),
  }),
  answer: key,
});

export const rotateKey = operation({
  id: 'rotateKey',
  method: 'POST',
  path: '/v1/keys/{id}/rotate',
  tag,
  summary: 'Gives a key another secret, in clear this once.',
  params,
  body: z.strictObject({
    grace_seconds: z
      .int()
      .min(0)
      .max(7 * 24 * 3_600)
      .default(0)
      .describe('How long the secret before works on.'),
  }),
  answer: secret,
});

export const disableKey = operation({
  id: 'disableKey',
  method: 'POST',
  path: '/v1/keys/{id}/disable',
  tag,
  summary: 'Stops a key until it is enabled again; repeating it changes nothing.',
  params,
  body: z.strictObject({}),
  answer: key,
});

export const enableKey = operation({
  id: 'enableKey',
  method: 'POST',
  path: '/v1/keys/{id}/enable',
  tag,
  summary: 'Lets a disabled key work again; repeating it changes nothing.',
  params,
  body: z.strictObject({}),
  answer: key,
});

export const revokeKey = operation({
  id: 'revokeKey',
  method: 'DELETE',
  path: '/v1/keys/{id}',
  tag,
  summary: 'Revokes a key for ever; repeating it changes nothing.',
  params,
  answer: key,
});

export const listKeyLimits = operation({
  id: 'listKeyLimits',
  method: 'GET',
  path: '/v1/keys/{id}/limits',
  tag,
  summary: 'Every limit that requests with the key meet, and what is used of it.',
  params,
  answer: z.object({ object: z.literal('list'), data: z.array(limit) }),
});

const limitParams = z.strictObject({ id: idSchema('key'), period: z.enum(limitOnKeyPeriods) });

export const setKeyLimit = operation({
  id: 'setKeyLimit',
  method: 'PUT',
  path: '/v1/keys/{id}/limits/{period}',
  tag,
  summary: 'Sets a spending limit of a key.',
  description: 'A limit below what is used and held grants nothing until enough has come back.',
  params: limitParams,
  body: z.strictObject({ limit_nano_usd: nanoUsd }),
  answer: limit,
});

export const removeKeyLimit = operation({
  id: 'removeKeyLimit',
  method: 'DELETE',
  path: '/v1/keys/{id}/limits/{period}',
  tag,
  summary: 'Removes a spending limit of a key; repeating it changes nothing.',
  params: limitParams,
  answer: z.object({ object: z.literal('limit'), removed: z.literal(true) }),
});
