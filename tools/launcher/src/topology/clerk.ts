import { asSet, isSet } from './upstreams.js';

type Variables = Record<string, string | undefined>;

/** URLs of a local stack. */
interface Local {
  sandbox: string;
  dashboard: string;
}

const SECRETS = ['CLERK_SECRET_KEY', 'CLERK_PUBLISHABLE_KEY', 'CLERK_WEBHOOK_SECRET'];
const SETTINGS = ['CLERK_API_URL', 'CLERK_AUTHORIZED_PARTIES'];

/** The Clerk of this stack: the real one where its secret key is set, with all that belongs to it, else the sandbox's. */
export function clerkOf(
  environment: Variables,
  secrets: Record<string, string>,
  { sandbox, dashboard }: Local,
): Record<string, string> {
  const parties = { CLERK_AUTHORIZED_PARTIES: dashboard };
  if (!isSet(environment, 'CLERK_SECRET_KEY')) {
    return { ...parties, ...secrets, CLERK_API_URL: `${sandbox}/clerk` };
  }
  const given = asSet(environment, [...SECRETS, ...SETTINGS]);
  return isSet(environment, 'CLERK_AUTHORIZED_PARTIES') ? given : { ...parties, ...given };
}

/** What the sandbox's Clerk is told: its own values, whichever Clerk is used. */
export function clerkOfSandbox(
  secrets: Record<string, string>,
  { dashboard }: Local,
): Record<string, string> {
  const own = Object.entries(secrets).map(([name, value]) => [`SANDBOX_${name}`, value]);
  return { ...Object.fromEntries(own), SANDBOX_CLERK_APP_ORIGIN: dashboard } as Record<
    string,
    string
  >;
}
