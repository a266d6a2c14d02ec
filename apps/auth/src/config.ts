import { mailConfig } from '@modelbridge/mail';
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
import { frontendHostOf } from './clerk/publishable-key.js';
import { publicKeysSchema } from './leaked-keys/secret-scanning.js';

const origins = z
  .string()
  .transform((text) => text.split(',').map((origin) => origin.trim()))
  .refine(
    (list) => list.every((text) => URL.canParse(text) && new URL(text).origin === text),
    'must be origins such as https://app.example.com, separated by commas',
  );

const configSchema = z.object({
  ...httpConfig,
  ...grpcServerConfig,
  ...databaseConfig,
  ...natsConfig,
  ...tlsConfig,
  ...logConfig,
  ...mailConfig,
  /** Told of the limits of teams' new keys. */
  BILLING_GRPC: grpcTarget,
  /** Asked what people are to teams. */
  TEAMS_GRPC: grpcTarget,
  /** Knows the models that a key may be restricted to. */
  ROUTING_GRPC: grpcTarget,
  CLERK_SECRET_KEY: z.string().startsWith('sk_', 'must begin with sk_'),
  CLERK_PUBLISHABLE_KEY: z
    .string()
    .refine((key) => frontendHostOf(key) !== undefined, 'must be a publishable key, pk_…'),
  CLERK_WEBHOOK_SECRET: z.string().startsWith('whsec_', 'must begin with whsec_'),
  CLERK_API_URL: z.url().default('https://api.clerk.com'),
  /** The origins of the web app: a session token that was made for another is refused. */
  CLERK_AUTHORIZED_PARTIES: origins,
  /** How often an account is compared with its person at Clerk, for what no webhook told. */
  CLERK_COMPARE_HOURS: z.coerce.number().int().min(1).max(720).default(24),
  /** Whose alerts of leaked keys are taken: none by default. */
  GITHUB_SECRET_SCANNING_KEYS: publicKeysSchema.prefault('{"public_keys":[]}'),
});
export type AuthConfig = z.output<typeof configSchema>;

export function readConfig(env?: NodeJS.ProcessEnv): AuthConfig {
  return loadConfig(configSchema, env);
}

export const AUTH_CONFIG = Symbol('AuthConfig');
