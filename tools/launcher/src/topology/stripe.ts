import { asSet, isSet } from './upstreams.js';

type Variables = Record<string, string | undefined>;

/** URLs of a local stack. */
interface Local {
  sandbox: string;
  dashboard: string;
}

const SETTINGS = ['STRIPE_SECRET_KEY', 'STRIPE_WEBHOOK_SECRET', 'STRIPE_API_BASE', 'APP_URL'];

/** The Stripe of this stack: the real one where its secret key is set, with all that belongs to it, else the sandbox's. */
export function stripeOf(
  environment: Variables,
  secrets: Record<string, string>,
  { sandbox, dashboard }: Local,
): Record<string, string> {
  const app = { APP_URL: dashboard };
  if (isSet(environment, 'STRIPE_SECRET_KEY')) return { ...app, ...asSet(environment, SETTINGS) };
  return { ...app, ...secrets, STRIPE_API_BASE: sandbox };
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
