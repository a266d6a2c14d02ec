import { z } from 'zod';
import { idSchema } from '@modelbridge/contracts';
import { operation } from '../operations/operation.js';
import { time } from '../operations/schemas.js';

const tag = 'Account';
const path = '/v1/account';

const account = z
  .object({
    object: z.literal('account'),
    id: idSchema('account').describe('The billing account that this key is for.'),
    team_id: idSchema('team').nullable().describe('The team whose account it is.'),
    user_id: idSchema('user').describe('The person who made this key, as all below.'),
    email: z.string(),
    name: z.string(),
    time_zone: z.string().describe('A name of the IANA time zone database.'),
    store_content: z
      .boolean()
      .describe(
        'Whether what this person’s requests say may be stored, sealed for them alone, for models whose content policy says so.',
      ),
    created_at: time.nullable(),
  })
  .meta({ id: 'Account' });

export const getAccount = operation({
  id: 'getAccount',
  method: 'GET',
  path,
  tag,
  summary: 'The account of this key, and the person who made it.',
  answer: account,
});

export const updateAccount = operation({
  id: 'updateAccount',
  method: 'PATCH',
  path,
  tag,
  summary: 'Changes what is given of the person and nothing else.',
  description: 'The email address is changed where they sign in.',
  body: z.strictObject({
    name: z.string().trim().min(1).max(200).optional(),
    time_zone: z.string().min(1).max(64).optional(),
    store_content: z
      .boolean()
      .optional()
      .describe('Of all keys of this person, those on the account of a team too.'),
  }),
  answer: account,
});
