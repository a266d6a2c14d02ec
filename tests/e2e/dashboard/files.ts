import { describe, expect, it } from '@jest/globals';
import { stack } from './dashboard-stack.js';

const get = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${stack.dashboard}${path}`, { headers, redirect: 'manual' });

describe('the web app', () => {
  it('is one page for every address below /app, asked again each time and never framed', async () => {
    for (const path of ['/app', '/app/', '/app/keys', '/app/team/x?y=1']) {
      const page = await get(path);
      expect(page.status).toBe(200);
      expect(page.headers.get('content-type')).toMatch('text/html');
      expect(page.headers.get('cache-control')).toBe('no-cache');
      const tag = page.headers.get('etag') ?? '';
      expect((await get(path, { 'if-none-match': tag })).status).toBe(304);
    }
    const { headers } = await get('/app');
    expect(headers.get('content-security-policy')).toBe(
      "default-src 'none';script-src 'self';style-src 'self';img-src 'self' data:;font-src 'self';connect-src 'self';manifest-src 'self';base-uri 'none';form-action 'self';frame-ancestors 'none';object-src 'none'",
    );
    expect(headers.get('strict-transport-security')).toMatch('max-age=31536000');
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('same-origin');
    expect(headers.get('permissions-policy')).toMatch('camera=()');
    expect(headers.get('x-powered-by')).toBeNull();
  });

  it('has files that are kept for ever under the name of what is in them, and nothing outside of them', async () => {
    const html = await (await get('/app')).text();
    const script = /src="(\/app\/assets\/[^"]+\.js)"/.exec(html)?.[1] ?? '';
    const file = await get(script, { 'accept-encoding': 'br' });
    expect(file.headers.get('content-encoding')).toBe('br');
    expect(file.headers.get('cache-control')).toMatch(/max-age=31536000, immutable/);
    for (const path of [
      '/app/assets/',
      '/app/assets/none.js',
      '/app/assets/..%2findex.html',
      '/app/assets/%2e%2e/%2e%2e/package.json',
    ]) {
      const reply = await get(path);
      expect([400, 403, 404]).toContain(reply.status);
      expect(await reply.text()).not.toContain('"dependencies"');
    }
  });
});
