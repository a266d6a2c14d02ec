import { afterAll, beforeAll } from '@jest/globals';
import { type Stack, startStack } from '@modelbridge/launcher';
import { DashboardBrowser } from './browser.js';

/** The one system whose dashboard all of these ask, one after the other, each as people of its own. */
export let stack: Stack;

beforeAll(async () => {
  stack = await startStack({ env: { DASHBOARD_SIGN_INS_PER_MINUTE: '150' } });
});
afterAll(() => stack?.stop());

/** The account that is the person's own. */
export function accountOf({ session }: DashboardBrowser): string {
  return session?.accounts[0]?.account_id ?? '';
}

/** A browser in which this person has signed in. */
export async function signedIn(email: string): Promise<DashboardBrowser> {
  const browser = new DashboardBrowser(stack);
  await browser.signIn(email);
  return browser;
}
