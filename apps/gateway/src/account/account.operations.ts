import { z } from 'zod';
import { idSchema } from '@modelbridge/contracts';
import { operation } from '../operations/operation.js';
import { limit, nanoUsd, pageOf, pageQuery, time } from '../operations/schemas.js';
import { fewerThanAsked, usageFilter } from './usage-filter.js';
import { usage } from './usage-json.js';

const tag = 'Usage and money';

export const listUsage = operation({
  id: 'listUsage',
  method: 'GET',
  path: '/v1/usage',
  tag,
  summary: 'The requests of this key, newest first.',
  description: fewerThanAsked,
  query: pageQuery.extend(usageFilter),
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
  description:
    'A team’s is shown to keys that its owner and admins have made; to those of its members it is 404. Management keys are answered too.',
  answer: z
    .object({
      object: z.literal('credits'),
      balance_nano_usd: nanoUsd.describe('What is left of paid-in money.'),
      granted_nano_usd: nanoUsd.describe('What is left of granted credit, which is spent first.'),
      next_expiry: z
        .object({ at: time, amount_nano_usd: nanoUsd })
        .nullable()
        .describe('The granted credit that expires next, unless it is spent before.'),
      held_nano_usd: nanoUsd.describe(
        'Set aside for gateways: for requests that run, and ahead of those to come. What is not needed comes back.',
      ),
      available_nano_usd: nanoUsd.describe('Balance and granted credit, less what is held.'),
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
  description:
    'Of a team’s account only to keys that its owner and admins have made. Management keys are answered too.',
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
