import { mailConfig } from '@modelbridge/mail';
import {
  databaseConfig,
  grpcServerConfig,
  grpcTarget,
  httpConfig,
  loadConfig,
  logConfig,
  natsConfig,
  origin,
  tlsConfig,
} from '@modelbridge/service-kit/config';
import { z } from 'zod';

const minute = 60_000;

const schema = z.object({
  ...httpConfig,
  ...grpcServerConfig,
  ...databaseConfig,
  ...natsConfig,
  ...tlsConfig,
  ...logConfig,
  /** People come back to APP_URL from Stripe's pages too. */
  ...mailConfig,
  /** Asked what people may see. */
  AUTH_GRPC: grpcTarget,
  TEAMS_GRPC: grpcTarget,
  /** Asked which usage is not charged yet before anything is written off. */
  USAGE_LEDGER_GRPC: grpcTarget,
  STRIPE_SECRET_KEY: z
    .string()
    .regex(/^[rs]k_(live|test)_/, 'must be a secret or restricted key, sk_… or rk_…'),
  STRIPE_WEBHOOK_SECRET: z.string().startsWith('whsec_', 'must begin with whsec_'),
  /** How Stripe Tax is used: not at all, on top of what is paid in and of plans, or as a part of it. */
  STRIPE_TAX: z.enum(['none', 'exclusive', 'inclusive']).default('none'),
  STRIPE_API_BASE: origin.default('https://api.stripe.com'),
  /** Signs the links with which people unsubscribe; with another one those of earlier mails no longer work. */
  NOTICE_LINK_SECRET: z.string().min(32, 'must have at least 32 characters'),
  /** What the secrets of accounts' webhooks are made of; with another one each of them is another. */
  ACCOUNT_WEBHOOK_KEY: z.string().min(32, 'must have at least 32 characters'),
  /** Lets accounts' webhooks go to this machine too, by http and to any port: for a stack on one machine only. */
  ACCOUNT_WEBHOOKS_TO_LOOPBACK: z
    .enum(['true', 'false'])
    .default('false')
    .transform((text) => text === 'true'),
  /** How far a provider's bill may be off the list price of what was used before it is alerted. */
  PROVIDER_COST_TOLERANCE_PERCENT: z.coerce.number().int().min(0).max(100).default(2),
  /** How long an allowance lives unless it is renewed. */
  ALLOWANCE_LIFETIME_MS: z.coerce
    .number()
    .int()
    .min(100)
    .max(60 * minute)
    .default(minute),
  /** A request's total time limit in the gateway (10 minutes) and the time that its charge may take to arrive. */
  ALLOWANCE_GRACE_MS: z.coerce
    .number()
    .int()
    .min(100)
    .max(24 * 60 * minute)
    .default(15 * minute),
});

export type BillingConfig = z.infer<typeof schema>;

/** The service's configuration; the one place that reads the environment. */
export function readConfig(env: NodeJS.ProcessEnv = process.env): BillingConfig {
  return loadConfig(schema, env);
}

export const BILLING_CONFIG = Symbol('BillingConfig');
