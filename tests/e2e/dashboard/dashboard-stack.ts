import { afterAll, beforeAll } from '@jest/globals';
import { dirname } from 'node:path';
import { AuthServiceClient } from '@modelbridge/contracts/auth.v1';
import { certificatePaths } from '@modelbridge/local-stack';
import { grpcClient, type PromisifiedClient } from '@modelbridge/service-kit/grpc';
import { type Stack, startStack } from '@modelbridge/launcher';
import { DashboardBrowser } from './browser.js';

/** The one system whose dashboard all of these ask, one after the other, each as people of its own. */
export let stack: Stack;

beforeAll(async () => {
  stack = await startStack({ env: { DASHBOARD_SIGN_INS_PER_MINUTE: '100' } });
});
afterAll(() => stack?.stop());

/** The account that is the person's own. */
export function accountOf({ session }: DashboardBrowser): string {
  return session?.accounts[0]?.account_id ?? '';
}

let auth: PromisifiedClient<AuthServiceClient> | undefined;
afterAll(() => auth?.close());

/** auth, as the dashboard itself asks it. */
export function askAuth(): PromisifiedClient<AuthServiceClient> {
  if (auth !== undefined) return auth;
  const { ca, certificate, key } = certificatePaths(dirname(stack.tls.ca), 'dashboard');
  const tls = { TLS_CA_FILE: ca, TLS_CERT_FILE: certificate, TLS_KEY_FILE: key };
  auth = grpcClient(AuthServiceClient, stack.grpc['auth'] ?? '', tls, { serverName: 'auth' });
  return auth;
}

/** A browser in which this person has signed in. */
export async function signedIn(email: string): Promise<DashboardBrowser> {
  const browser = new DashboardBrowser(stack);
  await browser.signIn(email);
  return browser;
}
