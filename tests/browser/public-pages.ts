import { describe, expect, it } from '@jest/globals';
import { newWindow } from './browser-stack.js';
import { lookProblems } from './page-checks.js';

describe('a public page', () => {
  it.each([
    '/',
    '/pricing',
    '/status',
    '/privacy',
    '/privacy/versions',
    '/docs',
    '/docs/quick-start',
    '/docs/errors',
    '/docs/wire-apis',
    '/notices/unsubscribe?token=t',
  ])('%s is whole and readable, wide and on a phone, light and dark', async (path) => {
    const { page } = await newWindow();
    const reply = await page.goto(path);
    expect(reply?.status()).toBe(200);
    expect(await lookProblems(page)).toEqual([]);
    expect(await page.locator('script').count()).toBe(0);
  });

  it('that is not there says so, and leads on', async () => {
    const { page, watch } = await newWindow();
    watch.expect(/404/);
    const reply = await page.goto('/no-such-page');
    expect(reply?.status()).toBe(404);
    expect(await lookProblems(page)).toEqual([]);
    await page.getByRole('link', { name: 'To the docs' }).click();
    await page.getByRole('heading', { name: 'Docs', level: 1 }).waitFor();
  });
});
