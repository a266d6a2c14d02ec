import { z } from 'zod';
import { idSchema } from '@modelbridge/contracts';
import { operation } from '../operations/operation.js';
import { time } from '../operations/schemas.js';

const tag = 'Your data';
const path = '/v1/account/privacy-requests';

const privacyRequest = z
  .object({
    object: z.literal('privacy_request'),
    id: idSchema('privacyRequest'),
    kind: z.string(),
    purpose: z.string().nullable(),
    state: z.string().describe('`open`, `in_effect` (a restriction) or `closed`.'),
    outcome: z.string().nullable().describe('`fulfilled`, `refused` or `withdrawn`.'),
    received_at: time.nullable(),
    due_at: time.nullable().describe('By then it is answered.'),
    closed_at: time.nullable(),
    effect_pending: z.boolean().describe('What it asks for is under way.'),
  })
  .meta({ id: 'PrivacyRequest' });
export type PrivacyRequestJson = z.output<typeof privacyRequest>;

export const createPrivacyRequest = operation({
  id: 'createPrivacyRequest',
  method: 'POST',
  path,
  tag,
  summary: 'Asks something about your data; it is answered within 30 days.',
  description:
    'Restrictions, objections and withdrawals have effect at once. `access` and `portability` have an archive prepared (`/v1/account/exports`), `erasure` mails the code that `/v1/account/erasure/confirm` takes.',
  body: z.strictObject({
    kind: z.enum([
      'access',
      'rectification',
      'erasure',
      'restriction',
      'objection',
      'portability',
      'consent_withdrawal',
      'other',
    ]),
    purpose: z
      .enum(['product_news', 'service_statistics'])
      .optional()
      .describe('Of an objection and a withdrawal.'),
  }),
  status: 201,
  answer: privacyRequest,
});

export const listPrivacyRequests = operation({
  id: 'listPrivacyRequests',
  method: 'GET',
  path,
  tag,
  summary: 'What you have asked, newest first.',
  answer: z.object({ object: z.literal('list'), data: z.array(privacyRequest) }),
});

export const withdrawPrivacyRequest = operation({
  id: 'withdrawPrivacyRequest',
  method: 'DELETE',
  path: `${path}/{id}`,
  tag,
  summary: 'Takes a request back; a restriction ends with it.',
  params: z.strictObject({ id: idSchema('privacyRequest') }),
  answer: privacyRequest,
});
