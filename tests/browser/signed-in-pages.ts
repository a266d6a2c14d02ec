import { describe, expect, it } from '@jest/globals';
import { lookProblems } from './page-checks.js';
import { settled, signedInWindow } from './signed-in.js';

const demo = 'demo@modelbridge.local';

describe('a page of the web app', () => {
  it.each([
    '/app/overview',
    '/app/activity',
    '/app/keys',
    '/app/models',
    '/app/playground',
    '/app/team',
    '/app/billing',
    '/app/privacy',
    '/app/settings',
  ])(
    '%s is whole and readable, wide and on a phone, light and dark, asks no other host and keeps two cookies',
    async (path) => {
      const { page } = await signedInWindow(demo, path);
      expect(new URL(page.url()).pathname).toBe(path);
      expect(await lookProblems(page)).toEqual([]);
      expect(await page.getByRole('alert').count()).toBe(0);
      const cookies = await page.context().cookies(page.url());
      expect(cookies.map(({ name }) => name).sort()).toEqual(['__Host-csrf', '__Host-session']);
      expect(await page.evaluate('document.cookie')).toBe('');
    },
  );

  it('keeps how it looks in this browser, and tells the server nothing of it', async () => {
    const { page } = await signedInWindow(demo, '/app/settings');
    const asked: string[] = [];
    page.on('request', (request) => {
      if (request.method() !== 'GET') asked.push(`${request.method()} ${request.url()}`);
    });
    await page.getByRole('combobox', { name: 'Theme' }).click();
    await page.getByRole('option', { name: 'Dark' }).click();
    await page.locator('html[data-theme="dark"]').waitFor({ state: 'attached' });
    await page.reload();
    await settled(page);
    expect(await page.evaluate('document.documentElement.dataset.theme')).toBe('dark');
    expect(asked).toEqual([]);
  });
});
