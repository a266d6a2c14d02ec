import { z } from 'zod';
import { idSchema } from '@modelbridge/contracts';
import { operation } from '../operations/operation.js';
import { pageOf, pageQuery, time } from '../operations/schemas.js';

const tag = 'Content';

const deleted = z.object({
  object: z.literal('deletion'),
  deleted: z
    .int()
    .describe('Contents that are gone; more of a large span may follow within minutes.'),
});

export const listContents = operation({
  id: 'listContents',
  method: 'GET',
  path: '/v1/contents',
  tag,
  summary: 'The requests whose content is stored, newest first.',
  description:
    'Those of the person who made the key, on its account. `GET /v1/usage/{id}/content` opens one.',
  query: pageQuery,
  answer: pageOf(
    z
      .object({
        id: idSchema('request'),
        account_id: idSchema('account'),
        stored_at: time.nullable(),
        unreadable_at: time.nullable().describe('From then on nobody can open it.'),
        raw_bytes: z.int().describe('Of request and reply.'),
      })
      .meta({ id: 'StoredContent' }),
  ),
});

export const deleteContents = operation({
  id: 'deleteContents',
  method: 'DELETE',
  path: '/v1/contents',
  tag,
  summary: 'Deletes what is stored of a span of time, or all of it.',
  description: 'Nothing of it can be opened from the answer on, and none of it is stored again.',
  query: z.strictObject({
    from: time.optional().describe('Requests that began from then on …'),
    to: time.optional().describe('… and before then.'),
    everything: z.literal('true').optional().describe('All that began until now, instead.'),
  }),
  answer: deleted,
});

export const deleteContent = operation({
  id: 'deleteContent',
  method: 'DELETE',
  path: '/v1/contents/{id}',
  tag,
  summary: 'Deletes what is stored of one request.',
  params: z.strictObject({ id: idSchema('request') }),
  answer: deleted,
});

const supportGrant = z
  .object({
    object: z.literal('support_grant'),
    id: idSchema('supportGrant'),
    account_id: idSchema('account').nullable(),
    request_ids: z.array(idSchema('request')).describe('Empty where it is a span.'),
    from: time.nullable(),
    to: time.nullable(),
    created_at: time.nullable(),
    expires_at: time.nullable(),
    withdrawn_at: time.nullable(),
  })
  .meta({ id: 'SupportGrant' });

export const createSupportGrant = operation({
  id: 'createSupportGrant',
  method: 'POST',
  path: '/v1/support-grants',
  tag,
  summary: 'Lets support read some requests, or all of a span of time, for a while.',
  description:
    'Each time that support reads one is entered into the audit log, with its reason. Without a grant nobody but you can.',
  body: z.strictObject({
    request_ids: z.array(idSchema('request')).min(1).max(100).optional(),
    from: time.optional(),
    to: time.optional().describe('It may lie ahead.'),
    expires_at: time.optional().describe('At most 30 days ahead; 7 days by default.'),
  }),
  status: 201,
  answer: supportGrant,
});

export const listSupportGrants = operation({
  id: 'listSupportGrants',
  method: 'GET',
  path: '/v1/support-grants',
  tag,
  summary: 'What you have let support read, newest first, that which is over included.',
  answer: z.object({ object: z.literal('list'), data: z.array(supportGrant) }),
});

export const withdrawSupportGrant = operation({
  id: 'withdrawSupportGrant',
  method: 'DELETE',
  path: '/v1/support-grants/{id}',
  tag,
  summary: 'Ends a grant, at once.',
  params: z.strictObject({ id: idSchema('supportGrant') }),
  answer: supportGrant,
});
