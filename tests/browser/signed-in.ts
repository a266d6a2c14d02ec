import type { Page } from '@modelbridge/testing-kit/browser';
import { newWindow, stack, type Window } from './browser-stack.js';

/** A window in which somebody has signed in whom the sandbox shows on its page, and who looks at this part of the web app. */
export async function signedInWindow(email: string, path: string): Promise<Window> {
  const window = await newWindow();
  const { page } = window;
  await page.goto(`/sign-in?return_to=${encodeURIComponent(path)}`);
  await page.locator(`button[value="${email}"]`).click();
  await page.waitForURL(`${stack.dashboard}/app/**`);
  await settled(page);
  return window;
}

/** Somebody new signs up, and is led to what there is to accept. */
export async function signedUpWindow(email: string): Promise<Window> {
  const window = await newWindow();
  const { page } = window;
  await page.goto('/sign-in');
  await page.locator('input[name="email"]').fill(email);
  await page.locator('input[name="first_name"]').fill('Nova');
  await page.getByRole('button', { name: 'Sign in or sign up' }).click();
  await page.waitForURL(`${stack.dashboard}/app/**`);
  await settled(page);
  return window;
}

/** Once nothing of the page is being loaded. */
export async function settled(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 1 }).waitFor();
  const loading = page.locator('[role="status"][aria-label^="Loading"]');
  await loading.first().waitFor({ state: 'hidden' });
}
