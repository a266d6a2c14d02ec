import { z } from 'zod';
import { idSchema } from '@modelbridge/contracts';
import { operation } from '../operations/operation.js';
import { time } from '../operations/schemas.js';

const message = {
  headers: z.record(z.string(), z.string()).describe('Those that matter; never a key.'),
  body: z.string().describe('As it travelled; of a stream its events.'),
  body_encoding: z.enum(['utf8', 'base64']).describe('base64 for what is no text.'),
};

export const getUsageContent = operation({
  id: 'getUsageContent',
  method: 'GET',
  path: '/v1/usage/{id}/content',
  tag: 'Usage and money',
  summary: 'What a request said and was answered.',
  description:
    'For who made the key that asked, and nobody else, until 30 days after the UTC day of the request began. A key opens its own requests; a management key all that the person who made it has made on its account. Each time is entered into the audit log. 404 for what was never stored, was deleted or is over.',
  params: z.strictObject({ id: idSchema('request') }),
  answer: z
    .object({
      object: z.literal('content'),
      id: idSchema('request'),
      account_id: idSchema('account'),
      stored_at: time.nullable(),
      unreadable_at: time.nullable().describe('From then on nobody can open it.'),
      started_at: time.nullable(),
      first_byte_at: time.nullable().describe('Of the reply; null where none left.'),
      completed_at: time.nullable(),
      model: z.string(),
      api: z.string(),
      provider: z.string().nullable(),
      region: z.string().nullable(),
      ip: z.string().describe('Of the caller.'),
      user_agent: z.string().nullable(),
      request: z.object({ method: z.string(), path: z.string(), ...message }),
      reply: z.object({
        status: z.int(),
        complete: z.boolean().describe('The caller got all of it.'),
        ...message,
      }),
    })
    .meta({ id: 'Content' }),
});
