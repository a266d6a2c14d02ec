import {
  databaseConfig,
  grpcServerConfig,
  grpcTarget,
  httpConfig,
  loadConfig,
  logConfig,
  natsConfig,
  tlsConfig,
} from '@modelbridge/service-kit/config';
import { z } from 'zod';

const minute = 60_000;

const origin = z
  .string()
  .refine(
    (text) => URL.canParse(text) && new URL(text).origin === text,
    'must be an origin such as https://app.example.com',
  );

const schema = z.object({
  ...httpConfig,
  ...grpcServerConfig,
  ...databaseConfig,
  ...natsConfig,
  ...tlsConfig,
  ...logConfig,
  /** Asked what people may see. */
  AUTH_GRPC: grpcTarget,
  TEAMS_GRPC: grpcTarget,
  /** Asked which usage is not charged yet before anything is written off. */
  USAGE_LEDGER_GRPC: grpcTarget,
  STRIPE_SECRET_KEY: z
    .string()
    .regex(/^[rs]k_(live|test)_/, 'must be a secret or restricted key, sk_… or rk_…'),
  STRIPE_WEBHOOK_SECRET: z.string().startsWith('whsec_', 'must begin with whsec_'),
  STRIPE_API_BASE: origin.default('https://api.stripe.com'),
  /** Origin of the web app, to which people come back from Stripe's pages. */
  APP_URL: origin,
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
