import { describe, expect, it } from '@jest/globals';
import { newWindow } from './browser-stack.js';
import { lookProblems } from './page-checks.js';

const policy = "default-src 'none'; script-src 'self' 'unsafe-inline'; connect-src *";

/** What the checks say of a page with this in its body. */
async function found(body: string): Promise<string[]> {
  const { page, watch } = await newWindow();
  await page.route('**/planted', (route) =>
    route.fulfill({
      contentType: 'text/html',
      headers: { 'content-security-policy': policy },
      body: `<!doctype html><html lang="en"><title>Planted</title><main>${body}</main></html>`,
    }),
  );
  await page.goto('/planted', { waitUntil: 'networkidle' });
  const problems = await lookProblems(page);
  // Those that a test has planted are not its own.
  return [...problems, ...watch.problems.splice(0)];
}

describe('what is wrong with a page', () => {
  it.each([
    ['a style of its own', '<p style="color: red">x</p>', /^CSP: style-src/],
    ['a script that fails', '<script>throw new Error("oh")</script>', /^page error: oh/],
    ['an error in the console', '<script>console.error("oh")</script>', /^console: oh/],
    ['a request to another host', '<script>fetch("http://127.0.0.1:1/x")</script>', /another host/],
    ['what is not there', '<script src="/no-such.js"></script>', /^console: .*404/],
    ['a picture without words', '<img src="data:,">', /^390 px, dark: image-alt/],
    [
      'what is too wide',
      `<pre>${'x'.repeat(400)}</pre>`,
      /^390 px, light: the page is \d+ px wider/,
    ],
  ])('is found: %s', async (_, body, problem) => {
    expect(await found(body)).toContainEqual(expect.stringMatching(problem));
  });

  it('is not found where there is nothing', async () => {
    expect(await found('<h1>Whole</h1>')).toEqual([]);
  });
});
