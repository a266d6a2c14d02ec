import { afterAll, afterEach, beforeAll, expect } from '@jest/globals';
import { type Stack, startStack } from '@modelbridge/launcher';
import { launchBrowser, type Browser, type Page } from '@modelbridge/testing-kit/browser';
import { PageWatch } from './page-watch.js';

/** The one system, and the one browser, of all of these tests. Each has windows of its own. */
export let stack: Stack;
let browser: Browser | undefined;

beforeAll(async () => {
  [stack, browser] = await Promise.all([
    startStack({ env: { DASHBOARD_SIGN_INS_PER_MINUTE: '1000' } }),
    launchBrowser(),
  ]);
});
afterAll(async () => {
  await browser?.close();
  await stack?.stop();
});

const open: { page: Page; watch: PageWatch }[] = [];

/** After each test: nothing went wrong in any window that was not what the test is about. */
afterEach(async () => {
  const problems = open.flatMap(({ watch }) => watch.problems);
  const windows = open.splice(0).map(({ page }) => page.context().close());
  await Promise.all(windows);
  expect(problems).toEqual([]);
});

export interface Window {
  page: Page;
  watch: PageWatch;
}

/** A window of somebody who was never here: with no cookies, and watched. */
export async function newWindow(): Promise<Window> {
  if (browser === undefined) throw new Error('for tests, once the browser is there');
  const context = await browser.newContext({ locale: 'en-GB', baseURL: stack.dashboard });
  const page = await context.newPage();
  const hosts = [stack.dashboard, stack.sandbox].map((url) => new URL(url).host);
  const window = { page, watch: await PageWatch.of(page, hosts) };
  open.push(window);
  return window;
}
