import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { natsUsers, type NatsUser } from '@modelbridge/contracts/access';
import { secretFromFile } from '@modelbridge/local-stack';
import { UPSTREAM_KEYS } from '../topology/upstreams.js';

/** The provider keys that the sandbox accepts, made once for each state. */
export async function sandboxProviderKeys(secrets: string): Promise<Record<string, string>> {
  const keys = UPSTREAM_KEYS.map(async (name) => {
    const file = `sandbox-${name.toLowerCase().replaceAll('_', '-')}`;
    return [name, await secretFromFile(join(secrets, file))] as const;
  });
  return Object.fromEntries(await Promise.all(keys));
}

/** The host of the frontend API of the sandbox's Clerk. Nobody resolves it: it is the issuer of session tokens. */
const CLERK_FRONTEND = 'clerk.modelbridge.local';

/** The values of the sandbox's Clerk, made once for each state. */
export async function sandboxClerkSecrets(secrets: string): Promise<Record<string, string>> {
  return {
    CLERK_SECRET_KEY: await secretFromFile(
      join(secrets, 'sandbox-clerk-secret-key'),
      () => `sk_live_${randomBytes(24).toString('hex')}`,
    ),
    CLERK_PUBLISHABLE_KEY: `pk_live_${Buffer.from(`${CLERK_FRONTEND}$`).toString('base64')}`,
    CLERK_WEBHOOK_SECRET: await secretFromFile(
      join(secrets, 'sandbox-clerk-webhook-secret'),
      () => `whsec_${randomBytes(24).toString('base64')}`,
    ),
  };
}

/** The values of the sandbox's Stripe, made once for each state. */
export async function sandboxStripeSecrets(secrets: string): Promise<Record<string, string>> {
  return {
    STRIPE_SECRET_KEY: await secretFromFile(
      join(secrets, 'sandbox-stripe-secret-key'),
      () => `sk_test_${randomBytes(24).toString('hex')}`,
    ),
    STRIPE_WEBHOOK_SECRET: await secretFromFile(
      join(secrets, 'sandbox-stripe-webhook-secret'),
      () => `whsec_${randomBytes(24).toString('hex')}`,
    ),
  };
}

/** The password of the sandbox's mailbox, made once for each state. */
export async function mailSecrets(secrets: string): Promise<Record<string, string>> {
  return { SMTP_PASSWORD: await secretFromFile(join(secrets, 'sandbox-smtp-password')) };
}

/** What billing signs links and webhooks with, made once for each state. */
export async function billingSecrets(secrets: string): Promise<Record<string, string>> {
  return {
    NOTICE_LINK_SECRET: await secretFromFile(join(secrets, 'billing-notice-links')),
    ACCOUNT_WEBHOOK_KEY: await secretFromFile(join(secrets, 'billing-account-webhooks')),
  };
}

/** What the dashboard seals its sessions with, made once for each state. */
export async function dashboardSecrets(secrets: string): Promise<Record<string, string>> {
  return { SESSION_SECRET: await secretFromFile(join(secrets, 'dashboard-sessions')) };
}

/** The password of each service's user at NATS, made once for each state. */
export async function natsPasswords(secrets: string): Promise<Record<NatsUser, string>> {
  const passwords = natsUsers.map(
    async (user) => [user, await secretFromFile(join(secrets, `nats-${user}`))] as const,
  );
  return Object.fromEntries(await Promise.all(passwords)) as Record<NatsUser, string>;
}

/** What the gateways hash bodies and seal summaries with: the same for all of them and after a restart. */
export async function gatewaySecrets(secrets: string): Promise<Record<string, string>> {
  return {
    IDEMPOTENCY_SECRET: await secretFromFile(join(secrets, 'gateway-idempotency')),
    COMPACTION_SECRET: await secretFromFile(join(secrets, 'gateway-compaction')),
  };
}

/** What retention signs receipts with: made once for each state. */
export async function retentionSecrets(secrets: string): Promise<Record<string, string>> {
  return {
    EXPORT_TOKEN_SECRET: await secretFromFile(join(secrets, 'retention-export-tokens')),
    RECEIPT_SIGNING_KEY: await secretFromFile(join(secrets, 'retention-receipts.pem'), () =>
      generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    ),
  };
}
