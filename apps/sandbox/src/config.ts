import { providerFacts, providers, type KeyVariable, type Provider } from '@modelbridge/contracts';
import { httpConfig, logConfig } from '@modelbridge/service-kit/config';
import { z } from 'zod';
import { MAX_FAULT_DELAY_MS } from './bounds.js';

/** Injection token of the parsed configuration. */
export const SANDBOX_CONFIG = Symbol('SANDBOX_CONFIG');

/** The variable with the key that a provider's stand-in accepts. */
export function keyVariableOf(provider: Provider): `SANDBOX_${KeyVariable}` {
  return `SANDBOX_${providerFacts[provider].keyVariable}`;
}

const keyConfig = Object.fromEntries(
  providers.map((provider) => [keyVariableOf(provider), z.string().min(1)]),
) as Record<`SANDBOX_${KeyVariable}`, z.ZodString>;

export const sandboxConfigSchema = z.object({
  ...httpConfig,
  ...logConfig,
  ...keyConfig,
  SANDBOX_CLERK_SECRET_KEY: z.string().min(1),
  SANDBOX_CLERK_PUBLISHABLE_KEY: z.string().startsWith('pk_', 'must begin with pk_'),
  SANDBOX_CLERK_WEBHOOK_SECRET: z.string().startsWith('whsec_', 'must begin with whsec_'),
  /** Origin of the web app: where people come back to, and where webhooks go. */
  SANDBOX_CLERK_APP_ORIGIN: z.url(),
  SANDBOX_STRIPE_SECRET_KEY: z.string().startsWith('sk_test_', 'must begin with sk_test_'),
  SANDBOX_STRIPE_WEBHOOK_SECRET: z.string().startsWith('whsec_', 'must begin with whsec_'),
  /** Origin of the web app, where Stripe's webhooks go. */
  SANDBOX_STRIPE_APP_ORIGIN: z.url(),
  /** Where stand-ins keep what outlives the process; nothing does where it is not set. */
  SANDBOX_STATE_DIR: z.string().min(1).optional(),
  /** Where the mailbox takes mail, for who knows its user and password; port 0: any. */
  SANDBOX_SMTP_PORT: z.coerce.number().int().min(0).max(65_535),
  SANDBOX_SMTP_USER: z.string().min(1),
  SANDBOX_SMTP_PASSWORD: z.string().min(1),
  /** What the stand-in of Vault takes; without one it takes nobody. */
  SANDBOX_VAULT_TOKEN: z.string().min(1).optional(),
  /** Pause between the chunks of a stream; 0 only yields to the event loop. */
  SANDBOX_CHUNK_DELAY_MS: z.coerce.number().int().min(0).max(MAX_FAULT_DELAY_MS).default(0),
});

export type SandboxConfig = z.infer<typeof sandboxConfigSchema>;
