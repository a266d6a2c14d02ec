import { afterEach, describe, expect, it } from '@jest/globals';
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import type { Browser } from 'playwright-core';
import { temporaryDirectory } from '../run-directory.js';
import { launchBrowser } from './launch-browser.js';
import { packagedChromium } from './packaged-chromium.js';

let browser: Browser | undefined;
afterEach(() => browser?.close());

const isPackaged = process.platform === 'linux' && process.arch === 'x64';

describe('a browser for tests', () => {
  it('shows text, and refuses what browsers refuse', async () => {
    browser = await launchBrowser();
    const page = await browser.newPage({ locale: 'en-GB' });
    await page.setContent(
      `<meta http-equiv="content-security-policy" content="script-src 'none'">
       <h1>Hello</h1><script>document.title = 'ran'</script>`,
    );
    expect((await page.locator('h1').boundingBox())?.height).toBeGreaterThan(10);
    expect(await page.title()).toBe('');
    expect(await page.evaluate('navigator.language')).toBe('en-GB');
  });

  it('is the one that MB_CHROME names', async () => {
    process.env['MB_CHROME'] = '/nowhere/chrome';
    await expect(launchBrowser()).rejects.toThrow('/nowhere/chrome');
    delete process.env['MB_CHROME'];
  });

  (isPackaged ? it : it.skip)('is unpacked whole, once, when several need it', async () => {
    const tools = await temporaryDirectory('tools');
    const found = await Promise.all([1, 2].map(() => packagedChromium(tools)));
    const [first] = found;
    expect(found[1]).toEqual(first);
    expect(await readdir(tools)).toEqual([expect.stringMatching(/^chromium-\d/)]);
    for (const path of [first?.executablePath, ...Object.values(first?.env ?? {})]) {
      expect([path, existsSync(path ?? '')]).toEqual([path, true]);
    }
  });
});
