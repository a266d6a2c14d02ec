import type { Page, Request } from '@modelbridge/testing-kit/browser';
import { tellViolations } from './in-page.js';

/** What must not happen while a page is open, whatever else a test is about. */
export class PageWatch {
  readonly problems: string[] = [];
  private readonly expected: RegExp[] = [];

  /**
   * Begin before the page is opened.
   *
   * @param hosts with ports: all that may be asked for anything
   */
  static async of(page: Page, hosts: readonly string[]): Promise<PageWatch> {
    const watch = new PageWatch(hosts);
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) watch.note(`console: ${message.text()}`);
    });
    page.on('pageerror', (error) => watch.note(`page error: ${error.message}`));
    page.on('request', (request) => watch.look(request));
    page.on('requestfailed', (request) => {
      const why = request.failure()?.errorText ?? '';
      // A page that is left gives up what it was waiting for.
      if (why !== 'net::ERR_ABORTED') watch.note(`request failed: ${request.url()} ${why}`);
    });
    await page.exposeBinding('noteViolation', (_, text: string) => watch.note(text));
    await page.addInitScript(tellViolations);
    return watch;
  }

  private constructor(private readonly hosts: readonly string[]) {}

  /** What a test brings about itself, such as the console's line about a request that is refused. */
  expect(problem: RegExp): void {
    this.expected.push(problem);
  }

  private look(request: Request): void {
    const { protocol, host } = new URL(request.url());
    if (['data:', 'blob:'].includes(protocol) || this.hosts.includes(host)) return;
    this.note(`request to another host: ${request.url()}`);
  }

  private note(problem: string): void {
    if (!this.expected.some((pattern) => pattern.test(problem))) this.problems.push(problem);
  }
}
