import {
  grpcTarget,
  httpConfig,
  loadConfig,
  logConfig,
  origin,
  tlsConfig,
} from '@modelbridge/service-kit/config';
import { z } from 'zod';

const secret = z.string().min(32, 'must have at least 32 characters');
const url = z.url({ protocol: /^https?$/, error: 'must be an http:// or https:// URL' });

const schema = z.object({
  ...httpConfig,
  ...logConfig,
  ...tlsConfig,
  AUTH_GRPC: grpcTarget,
  BILLING_GRPC: grpcTarget,
  USAGE_LEDGER_GRPC: grpcTarget,
  TEAMS_GRPC: grpcTarget,
  ROUTING_GRPC: grpcTarget,
  RETENTION_GRPC: grpcTarget,
  /** Where people find the dashboard: what Clerk sends them back to, and the only origin that may ask. */
  PUBLIC_ORIGIN: origin,
  /** Where programs find the public API: what people are told to point their clients at. */
  API_ORIGIN: origin,
  /** Where the dashboard itself finds it, for the playground; as everybody where it is not said. */
  GATEWAY_URL: url.optional(),
  /** Clerk's page on which people sign in and up. */
  CLERK_SIGN_IN_URL: url,
  /** Clerk's frontend API: `https://` and the host in the publishable key. */
  CLERK_FRONTEND_URL: url,
  /** What session cookies are sealed with. */
  SESSION_SECRET: secret,
  /** The one before, while cookies that it sealed are still about. */
  SESSION_SECRET_BEFORE: secret.optional(),
  /** Steps of signing in from one address. */
  DASHBOARD_SIGN_INS_PER_MINUTE: z.coerce.number().int().min(1).default(60),
  /** The built web app. */
  WEB_APP_DIR: z.string().default('../dashboard-web/dist'),
});

export type Config = z.infer<typeof schema>;

/** The only reader of the environment. Throws ConfigError naming every unusable variable. */
export function readConfig(env: NodeJS.ProcessEnv = process.env): Config {
  return loadConfig(schema, env);
}
