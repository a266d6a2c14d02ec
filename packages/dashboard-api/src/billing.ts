import * as z from 'zod/mini';
import { LIMIT_PERIODS } from './keys.js';
import { spendLimit } from './overview.js';
import { routes } from './route.js';
import { nanoUsd, pageOf, time } from './shapes.js';

const plan = z.object({
  /** free, pro, team or enterprise. */
  name: z.string(),
  version: z.number(),
  /** Null: by agreement. */
  monthly_price_cents: z.nullable(z.number()),
  /** Granted for each month. */
  included_credit_nano_usd: nanoUsd,
  /** Of each key, as in the next two; 0: no limit. */
  requests_per_minute: z.number(),
  tokens_per_minute: z.number(),
  concurrent_requests: z.number(),
  /** Null: any number. */
  max_team_members: z.nullable(z.number()),
});

export type Plan = z.infer<typeof plan>;

const accountPlan = z.object({
  /** Null for an account without a plan. */
  plan: z.nullable(plan),
  /** Null where there is no period: free, or without a plan. */
  period_starts_at: z.nullable(time),
  period_ends_at: z.nullable(time),
  /** In force when the period ends; null where none is to come. */
  next_plan: z.nullable(plan),
  billing_mode: z.enum(['prepaid', 'invoice']),
  /** How far the balance may go below zero. */
  credit_line_nano_usd: nanoUsd,
});

export type AccountPlan = z.infer<typeof accountPlan>;

const card = z.nullable(z.object({ brand: z.string(), last4: z.string() }));

const autoRecharge = z.object({
  enabled: z.boolean(),
  below_nano_usd: nanoUsd,
  /** Whole cents, from 5 to 10,000 USD. */
  amount_nano_usd: nanoUsd,
  /** Of one UTC day. */
  daily_cap_nano_usd: nanoUsd,
  /** The saved card; without one nothing is recharged. */
  card,
  /** The latest charge; null before the first. */
  last: z.nullable(
    z.object({
      state: z.enum(['started', 'paid', 'declined', 'needs_action', 'failed']),
      /** Stripe's code of why it was not paid. */
      code: z.nullable(z.string()),
      started_at: time,
    }),
  ),
});

export type AutoRecharge = z.infer<typeof autoRecharge>;

const summary = z.object({
  balance_nano_usd: nanoUsd,
  granted_nano_usd: nanoUsd,
  held_nano_usd: nanoUsd,
  available_nano_usd: nanoUsd,
  /** Charged since the account was opened. */
  spent_nano_usd: nanoUsd,
  next_expiry: z.nullable(z.object({ at: time, amount_nano_usd: nanoUsd })),
  account_plan: accountPlan,
  auto_recharge: autoRecharge,
  /** Those of the account, and the person's own as a member. */
  limits: z.array(spendLimit),
});

export type BillingSummary = z.infer<typeof summary>;

const payment = z.object({
  transaction_id: z.string(),
  /** Negative for money that went back. */
  amount_nano_usd: nanoUsd,
  /** Such as `payment`, `refund`, `dispute`; with `plan_` before it what was paid for a plan, which changes no balance. */
  kind: z.string(),
  created_at: time,
  /** Null where it was none. */
  card,
});

export type Payment = z.infer<typeof payment>;

const invoice = z.object({
  invoice_id: z.string(),
  number: z.string(),
  /** The first day of the UTC month, YYYY-MM-DD. */
  month: z.string(),
  charged_nano_usd: nanoUsd,
  /** The part of it that granted credit has paid. */
  granted_nano_usd: nanoUsd,
  /** What is collected; the rest below a cent stays in the balance. */
  due_cents: z.number(),
  issued_at: time,
  state: z.enum(['settled', 'unsent', 'open', 'paid']),
  /** Stripe's page on which it can be paid; null where nothing is collected. */
  hosted_url: z.nullable(z.string()),
});

export type Invoice = z.infer<typeof invoice>;

const invoiceLine = z.object({
  month: z.string(),
  user_id: z.string(),
  /** Empty for what was charged before lines were kept. */
  model: z.string(),
  requests: z.number(),
  input_tokens: z.number(),
  output_tokens: z.number(),
  charged_nano_usd: nanoUsd,
  granted_nano_usd: nanoUsd,
});

const account = z.object({ account_id: z.string() });
const oneInvoice = z.object({ account_id: z.string(), invoice_id: z.string() });
const cursor = z.object({ cursor: z.optional(z.string()) });
/** A page of Stripe's, to which the browser is to go. */
const page = z.object({ url: z.string() });
const planName = z.enum(['free', 'pro', 'team']);

export const billingRoutes = routes({
  summary: {
    method: 'GET',
    path: '/bff/accounts/:account_id/billing',
    params: account,
    response: summary,
  },
  plans: { method: 'GET', path: '/bff/plans', response: z.object({ items: z.array(plan) }) },
  /** What a change of the plan costs at once, and when it is in force. */
  previewPlan: {
    method: 'GET',
    path: '/bff/accounts/:account_id/plan-preview',
    params: account,
    query: z.object({ plan: planName }),
    response: z.object({
      due_cents: z.number(),
      /** Null: at once, when it is paid. */
      effective_at: z.nullable(time),
      /** A plan that is not paid for yet: on Stripe's page, by `planCheckout`. */
      needs_checkout: z.boolean(),
    }),
  },
  /** Changes to another plan that the subscription has, or to free. Asks for a proof of the person. */
  changePlan: {
    method: 'PUT',
    path: '/bff/accounts/:account_id/plan',
    params: account,
    body: z.strictObject({ plan: planName }),
    response: accountPlan,
  },
  /** Asks for a proof of the person. */
  planCheckout: {
    method: 'POST',
    path: '/bff/accounts/:account_id/plan-checkout',
    params: account,
    /** `attempt`: chosen once for what the person does once; repeating it leads to the same page. */
    body: z.strictObject({ plan: planName, attempt: z.uuid() }),
    response: page,
  },
  topUp: {
    method: 'POST',
    path: '/bff/accounts/:account_id/top-ups',
    params: account,
    body: z.strictObject({
      /** Whole cents, from 5 to 10,000 USD. */
      amount_nano_usd: nanoUsd,
      /** The card may be charged later without its holder. */
      save_card: z.boolean(),
      attempt: z.uuid(),
    }),
    response: page,
  },
  /** Asks for a proof of the person. */
  setAutoRecharge: {
    method: 'PUT',
    path: '/bff/accounts/:account_id/auto-recharge',
    params: account,
    body: z.strictObject({
      enabled: z.boolean(),
      below_nano_usd: nanoUsd,
      amount_nano_usd: nanoUsd,
      daily_cap_nano_usd: nanoUsd,
    }),
    response: autoRecharge,
  },
  /** Stripe's page for cards, addresses and receipts. Asks for a proof of the person. */
  portal: {
    method: 'POST',
    path: '/bff/accounts/:account_id/billing-portal',
    params: account,
    body: z.strictObject({}),
    response: page,
  },
  redeem: {
    method: 'POST',
    path: '/bff/accounts/:account_id/promo-codes',
    params: account,
    body: z.strictObject({ code: z.string().check(z.trim(), z.minLength(1), z.maxLength(100)) }),
    response: z.object({ amount_nano_usd: nanoUsd, expires_at: time }),
  },
  /** Money in and out, newest first. */
  payments: {
    method: 'GET',
    path: '/bff/accounts/:account_id/payments',
    params: account,
    query: cursor,
    response: pageOf(payment),
  },
  invoices: {
    method: 'GET',
    path: '/bff/accounts/:account_id/invoices',
    params: account,
    query: cursor,
    response: pageOf(invoice),
  },
  invoice: {
    method: 'GET',
    path: '/bff/accounts/:account_id/invoices/:invoice_id',
    params: oneInvoice,
    response: z.object({ invoice, lines: z.array(invoiceLine) }),
  },
  /** A monthly limit of the account; null removes it. */
  setLimit: {
    method: 'PUT',
    path: '/bff/accounts/:account_id/limits/:period',
    params: z.object({ account_id: z.string(), period: z.enum(LIMIT_PERIODS) }),
    body: z.strictObject({ limit_nano_usd: z.nullable(nanoUsd) }),
    response: z.object({ limits: z.array(spendLimit) }),
  },
});

/** The PDF of an invoice. A link, not a call. */
export const invoicePdf = {
  path: '/bff/accounts/:account_id/invoices/:invoice_id/pdf',
  params: oneInvoice,
} as const;
