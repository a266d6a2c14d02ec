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

/** Where browsers meet the Clerk of this stack. Of a real one it is in the publishable key, where it is not said. */
export function clerkPagesOf(
  environment: Variables,
  { sandbox }: Pick<Local, 'sandbox'>,
): Record<string, string> {
  if (!isSet(environment, 'CLERK_SECRET_KEY')) {
    const frontend = `${sandbox}/clerk`;
    return { CLERK_FRONTEND_URL: frontend, CLERK_SIGN_IN_URL: `${frontend}/sign-in` };
  }
  const host = frontendHostOf(environment['CLERK_PUBLISHABLE_KEY'] ?? '');
  // `clerk.example.com` has its pages on `accounts.example.com`, `name.clerk.accounts.dev` on `name.accounts.dev`.
  const pages = /^clerk\./.test(host)
    ? host.replace('clerk.', 'accounts.')
    : host.replace('.clerk.', '.');
  const known = {
    CLERK_FRONTEND_URL: `https://${host}`,
    CLERK_SIGN_IN_URL: `https://${pages}/sign-in`,
  };
  return { ...known, ...asSet(environment, Object.keys(known)) };
}

function frontendHostOf(publishableKey: string): string {
  const encoded = publishableKey.replace(/^pk_(?:live|test)_/, '');
  return Buffer.from(encoded, 'base64').toString().replace(/\$$/, '');
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
