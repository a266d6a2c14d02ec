import { chromium, type Browser, type LaunchOptions } from 'playwright-core';
import { packagedChromium } from './packaged-chromium.js';

/** Who is root has no sandbox. Everything else stays as browsers have it: tests prove what a browser refuses. */
const args = ['--no-sandbox'];

/**
 * A headless Chromium: the one that `MB_CHROME` names, on Linux x64 the one of the pinned package, elsewhere the
 * Chrome that is installed. It ends with this process, however this process ends.
 */
export async function launchBrowser(): Promise<Browser> {
  const options = await launchOptions();
  try {
    return await chromium.launch({ ...options, args });
  } catch (error) {
    if (options.channel === undefined) throw error;
    throw new Error(
      'There is no Chrome for the tests in a browser: install Google Chrome, or set MB_CHROME to the executable of a Chromium.',
      { cause: error },
    );
  }
}

async function launchOptions(): Promise<LaunchOptions> {
  const executablePath = process.env['MB_CHROME'];
  if (executablePath !== undefined && executablePath !== '') return { executablePath };
  if (process.platform !== 'linux' || process.arch !== 'x64') return { channel: 'chrome' };
  const packaged = await packagedChromium();
  const env = { ...process.env, ...packaged.env };
  return { executablePath: packaged.executablePath, env };
}
