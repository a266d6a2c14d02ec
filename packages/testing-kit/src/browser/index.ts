export { launchBrowser } from './launch-browser.js';
export type { Browser, Page, Request } from 'playwright-core';
