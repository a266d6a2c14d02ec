import { z } from 'zod';
import { operation } from '../operations/operation.js';
import { time } from '../operations/schemas.js';

const tag = 'Account';
const path = '/v1/account/consents';

export const consentPurposes = ['terms', 'product_news', 'service_statistics'] as const;

const consent = z
  .object({
    object: z.literal('consent'),
    purpose: z.enum(consentPurposes),
    given: z.boolean(),
    decided_at: time.nullable().describe('Of the latest decision; null where there was none.'),
    policy_version: z.string().nullable().describe('Of the terms: the version accepted.'),
    withdrawable: z.boolean().describe('Whether the account goes on without it.'),
  })
  .meta({ id: 'Consent' });
export type ConsentJson = z.output<typeof consent>;

export const listConsents = operation({
  id: 'listConsents',
  method: 'GET',
  path,
  tag,
  summary: 'What the person who made this key has agreed to, purpose by purpose.',
  answer: z.object({ object: z.literal('list'), data: z.array(consent) }),
});

export const setConsent = operation({
  id: 'setConsent',
  method: 'PUT',
  path: `${path}/{purpose}`,
  tag,
  summary: 'Gives or withdraws a consent, or objects; it has effect at once.',
  description:
    '`service_statistics`: anonymous statistics of the service. The terms end with the account alone.',
  params: z.strictObject({ purpose: z.enum(['product_news', 'service_statistics']) }),
  body: z.strictObject({ given: z.boolean() }),
  answer: consent,
});
