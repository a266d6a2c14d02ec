import * as z from 'zod/mini';
import { routes } from './route.js';
import { nanoUsd, time } from './shapes.js';

export const NOTICE_KINDS = ['balance_low', 'limit_reached_80', 'plan_changed'] as const;

const preferences = z.object({
  /** Below this balance the account is told that it is low; "0": it is not. Null for a member of a team. */
  balance_low_nano_usd: z.nullable(nanoUsd),
  /** Those that do not reach the person by mail about this account. The others always do. */
  unsubscribed: z.array(z.enum(NOTICE_KINDS)),
});

export type NoticePreferences = z.infer<typeof preferences>;

const webhook = z.object({
  url: z.string(),
  created_at: time,
  /** The secret before the last rotation signs too until then; null where none does. */
  previous_secret_until: z.nullable(time),
});

const webhookState = z.object({ webhook: z.nullable(webhook) });
const webhookSecret = z.object({
  webhook,
  /** `whsec_…`, this once; null where only the address has changed. */
  secret: z.nullable(z.string()),
});

const delivery = z.object({
  delivery_id: z.string(),
  /** Of the notice, or `test`. */
  kind: z.string(),
  state: z.enum(['pending', 'delivered', 'failed']),
  attempts: z.number(),
  /** Of HTTP; null where there was no answer. */
  last_status: z.nullable(z.number()),
  /** Null where there was an answer. */
  last_error: z.nullable(z.string()),
  last_latency_ms: z.number(),
  created_at: time,
  ended_at: z.nullable(time),
});

export type WebhookDelivery = z.infer<typeof delivery>;

const account = z.object({ account_id: z.string() });
const nothing = z.strictObject({});

export const notificationRoutes = routes({
  get: {
    method: 'GET',
    path: '/bff/accounts/:account_id/notifications',
    params: account,
    response: preferences,
  },
  change: {
    method: 'PUT',
    path: '/bff/accounts/:account_id/notifications',
    params: account,
    /** The kinds are replaced; a threshold that is left out stays. */
    body: z.strictObject({
      balance_low_nano_usd: z.optional(nanoUsd),
      unsubscribed: z.array(z.enum(NOTICE_KINDS)),
    }),
    response: preferences,
  },
  webhook: {
    method: 'GET',
    path: '/bff/accounts/:account_id/webhook',
    params: account,
    response: webhookState,
  },
  /** Asks for a proof of the person, as all that shows a secret. */
  setWebhook: {
    method: 'PUT',
    path: '/bff/accounts/:account_id/webhook',
    params: account,
    body: z.strictObject({ url: z.string().check(z.minLength(1), z.maxLength(2_000)) }),
    response: webhookSecret,
  },
  removeWebhook: { method: 'DELETE', path: '/bff/accounts/:account_id/webhook', params: account },
  rotateWebhookSecret: {
    method: 'POST',
    path: '/bff/accounts/:account_id/webhook/rotate',
    params: account,
    body: nothing,
    response: webhookSecret,
  },
  /** Sends one and waits for its answer. */
  testWebhook: {
    method: 'POST',
    path: '/bff/accounts/:account_id/webhook/test',
    params: account,
    body: nothing,
    response: delivery,
  },
  deliveries: {
    method: 'GET',
    path: '/bff/accounts/:account_id/webhook/deliveries',
    params: account,
    /** `next_cursor` of the page before. */
    query: z.object({ cursor: z.optional(z.string()) }),
    response: z.object({ items: z.array(delivery), next_cursor: z.nullable(z.string()) }),
  },
});
