import { z } from 'zod';
import { idSchema } from '@modelbridge/contracts';
import { operation } from '../operations/operation.js';
import { limit, nanoUsd, pageOf, pageQuery, time } from '../operations/schemas.js';

const usage = z
  .object({
    id: idSchema('request'),
    object: z.literal('usage'),
    created_at: time.nullable(),
    completed_at: time.nullable(),
    model: z.string(),
    provider: z.string().nullable(),
    region: z.string().nullable(),
    api: z.string(),
    status: z.int().describe('The HTTP status that the caller saw.'),
    outcome: z
      .string()
      .describe('completed, failed, caller_gone, upstream_cut, timed_out, shut_down or crashed.'),
    finish_reason: z.string().nullable(),
    error_class: z.string().nullable(),
    streamed: z.boolean(),
    estimated: z
      .boolean()
      .describe('ModelBridge counted the tokens, because the provider reported none.'),
    input_tokens: z.int().describe('Uncached input only: the counts are disjoint.'),
    output_tokens: z.int(),
    reasoning_tokens: z.int().describe('A part of output_tokens.'),
    cache_read_tokens: z.int(),
    cache_write_tokens: z.int(),
    cost_nano_usd: nanoUsd,
    price_version: z.string(),
    time_to_first_token_ms: z.int().nullable(),
    key_id: idSchema('key'),
    user_id: idSchema('user'),
    team_id: idSchema('team').nullable(),
  })
  .meta({ id: 'Usage' });
export type Usage = z.output<typeof usage>;

const tag = 'Usage and money';

export const listUsage = operation({
  id: 'listUsage',
  method: 'GET',
  path: '/v1/usage',
  tag,
  summary: 'The requests of this key, newest first.',
  query: pageQuery,
  answer: pageOf(usage),
});

export const getUsage = operation({
  id: 'getUsage',
  method: 'GET',
  path: '/v1/usage/{id}',
  tag,
  summary: 'One request of this key.',
  params: z.strictObject({ id: z.string() }),
  answer: usage,
});

export const getCredits = operation({
  id: 'getCredits',
  method: 'GET',
  path: '/v1/credits',
  tag,
  summary: 'The money of the account that pays for this key.',
  answer: z
    .object({
      object: z.literal('credits'),
      balance_nano_usd: nanoUsd,
      held_nano_usd: nanoUsd.describe('Set aside for requests that run.'),
      available_nano_usd: nanoUsd,
      spent_nano_usd: nanoUsd,
    })
    .meta({ id: 'Credits' }),
});

export const getKey = operation({
  id: 'getKey',
  method: 'GET',
  path: '/v1/key',
  tag,
  summary: 'This key, and every limit that its requests meet.',
  answer: z
    .object({
      object: z.literal('key'),
      id: idSchema('key'),
      name: z.string(),
      account_id: idSchema('account'),
      user_id: idSchema('user'),
      team_id: idSchema('team').nullable(),
      limits: z.array(limit),
    })
    .meta({ id: 'OwnKey' }),
});
