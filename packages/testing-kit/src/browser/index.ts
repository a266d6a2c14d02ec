export { launchBrowser } from './launch-browser.js';
export type { Browser, BrowserContext, Page, Request } from 'playwright-core';
