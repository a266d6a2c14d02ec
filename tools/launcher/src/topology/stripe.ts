import { asSet, isSet } from './upstreams.js';

type Variables = Record<string, string | undefined>;

const SETTINGS = ['STRIPE_SECRET_KEY', 'STRIPE_WEBHOOK_SECRET', 'STRIPE_API_BASE', 'STRIPE_TAX'];

/** The Stripe of this stack: the real one where its secret key is set, with all that belongs to it, else the sandbox's. */
export function stripeOf(
  environment: Variables,
  secrets: Record<string, string>,
  sandboxUrl: string,
): Record<string, string> {
  if (isSet(environment, 'STRIPE_SECRET_KEY')) return asSet(environment, SETTINGS);
  return { ...secrets, STRIPE_API_BASE: sandboxUrl, ...asSet(environment, ['STRIPE_TAX']) };
}

/** What the sandbox's Stripe is told: its own values, whichever Stripe is used. */
export function stripeOfSandbox(
  secrets: Record<string, string>,
  dashboard: string,
): Record<string, string> {
  const own = Object.entries(secrets).map(([name, value]) => [`SANDBOX_${name}`, value]);
  return { ...Object.fromEntries(own), SANDBOX_STRIPE_APP_ORIGIN: dashboard } as Record<
    string,
    string
  >;
}
