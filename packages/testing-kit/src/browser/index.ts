export { launchBrowser } from './launch-browser.js';
export type { Browser, BrowserContext, Page } from 'playwright-core';
