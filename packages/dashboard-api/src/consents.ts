import * as z from 'zod/mini';
import { routes } from './route.js';
import { time } from './shapes.js';

export const CONSENT_PURPOSES = ['terms', 'product_news', 'service_statistics'] as const;

const consent = z.object({
  purpose: z.enum(CONSENT_PURPOSES),
  given: z.boolean(),
  /** Null where the person decided nothing yet. */
  decided_at: z.nullable(time),
  /** Of the terms: the version accepted. */
  policy_version: z.nullable(z.string()),
  /** Whether it can be withdrawn and the account goes on. */
  withdrawable: z.boolean(),
});

export type Consent = z.infer<typeof consent>;

const version = z.object({
  /** YYYY-MM-DD; its text is at `/privacy/versions/<version>`. */
  version: z.string(),
  summary: z.string(),
  /** Null while accounts are still being told. */
  effective_at: z.nullable(time),
});

const consents = z.object({
  consents: z.array(consent),
  /** What is to be accepted before the first key; null where it was. */
  to_accept: z.nullable(version),
  /** Published, and not in force yet. */
  announced: z.nullable(version),
});

export type Consents = z.infer<typeof consents>;

export const consentRoutes = routes({
  list: { method: 'GET', path: '/bff/consents', response: consents },
  /** Accepts the terms and the privacy policy of the version that was shown, and says to be 18 or older. */
  accept: {
    method: 'POST',
    path: '/bff/consents/terms',
    body: z.strictObject({
      policy_version: z.string(),
      terms_accepted: z.literal(true),
      is_adult: z.literal(true),
    }),
    response: consents,
  },
  set: {
    method: 'PUT',
    path: '/bff/consents/:purpose',
    params: z.object({ purpose: z.enum(['product_news', 'service_statistics']) }),
    body: z.strictObject({ given: z.boolean() }),
    response: consents,
  },
});
