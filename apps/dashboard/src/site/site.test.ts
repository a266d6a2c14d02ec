import { describe, expect, it, jest } from '@jest/globals';
import type { Logger } from '@modelbridge/service-kit/logging';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { usd, usdPerMillion } from './amounts.js';
import { html } from './html.js';
import { KeptAnswer } from './kept-answer.js';
import { renderMarkdown } from './markdown.js';
import { PublicText } from './public-text.js';

describe('a template of markup', () => {
  it('shows what is put into it as text, in attributes too, and markup of its own as markup', () => {
    const hostile = `"><script>alert('1')</script>&`;
    const list = [html`<b>${hostile}</b>`, false as const, undefined];
    const { markup } = html`<a title="${hostile}">${list}</a>`;
    const shown = '&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;';
    expect(markup).toContain(`title="${shown}"`);
    expect(markup).toContain(`<b>${shown}</b>`);
    expect(markup).not.toMatch(/<script|false|undefined/);
  });
});

describe('an amount', () => {
  it.each([
    [5_000_000n, '$5.00'],
    [175_000n, '$0.175'],
    [1n, '$0.000001'],
    [1_234_500_000_000n, '$1,234,500.00'],
  ])('of %d pico-USD for a token is %s for a million', (price, shown) => {
    expect(usdPerMillion(price)).toBe(shown);
  });

  it('in cents is told without cents that are none', () => {
    expect([usd(2_000), usd(1_999), usd(5)]).toEqual(['$20', '$19.99', '$0.05']);
  });
});

describe('a Markdown text', () => {
  it('runs and loads nothing, and its headings can be led to', () => {
    const { html: page, headings } = renderMarkdown(
      '# `GET /v1`: all\n\n<script>x</script>\n\n## Two\n\n## Two\n\n[a](javascript:alert(1))',
    );
    expect(headings.map(({ id }) => id)).toEqual(['get-v1-all', 'two', 'two-1']);
    expect(page.markup).toContain('<h2 id="two-1">');
    expect(page.markup).not.toMatch(/<script|href="javascript/);
  });

  it('keeps the words of a link that leads nowhere', () => {
    const { html: page } = renderMarkdown('[a *b*](gone.md), [c](d.md)', (target) =>
      target === 'd.md' ? '/d' : undefined,
    );
    expect(page.markup).toBe('<p>a <em>b</em>, <a href="/d">c</a></p>\n');
  });
});

/** A reply that keeps what it is told. */
function recorded() {
  const sent = { status: 200, headers: {} as Record<string, string>, body: '' as unknown };
  const reply = {
    headers: (all: Record<string, string>) => (Object.assign(sent.headers, all), reply),
    header: (name: string, value: string) => ((sent.headers[name] = value), reply),
    code: (status: number) => ((sent.status = status), reply),
    type: () => reply,
    send: (body?: unknown) => ((sent.body = body), reply),
  };
  return { sent, reply: reply as unknown as FastifyReply };
}

const asking = (headers: Record<string, string>) => ({ headers }) as unknown as FastifyRequest;

describe('a public text', () => {
  const body = 'words '.repeat(1_000);
  const text = new PublicText(body);
  const ask = (headers: Record<string, string>) => {
    const { sent, reply } = recorded();
    text.send(asking(headers), reply);
    return sent;
  };

  it('is compressed as the browser takes it', () => {
    const br = ask({ 'accept-encoding': 'gzip, br' });
    expect(br.headers['content-encoding']).toBe('br');
    expect(brotliDecompressSync(br.body as Buffer).toString()).toBe(body);
    const gzip = ask({ 'accept-encoding': 'br;q=0, gzip;q=0.5' });
    expect(gunzipSync(gzip.body as Buffer).toString()).toBe(body);
    expect(ask({}).body).toBe(body);
    expect(ask({ 'accept-encoding': 'zstd' }).headers['vary']).toBe('accept-encoding');
  });

  it('is not sent again to who has it', () => {
    const tag = ask({}).headers['etag'] ?? '';
    expect(ask({ 'if-none-match': `"x", ${tag}` })).toMatchObject({ status: 304, body: undefined });
    expect(ask({ 'if-none-match': '"x"' }).status).toBe(200);
  });
});

describe('an answer that is kept', () => {
  const logger = { warn: jest.fn() } as unknown as Logger;

  it('is asked for once, however many want it', async () => {
    const ask = jest.fn(() => Promise.resolve(1));
    const kept = new KeptAnswer('it', ask, logger);
    expect(await Promise.all([kept.get(), kept.get(), kept.get()])).toEqual([1, 1, 1]);
    expect(ask).toHaveBeenCalledTimes(1);
  });

  it('is told on while there is no newer one, and is undefined before the first', async () => {
    const answers = [Promise.resolve(1), Promise.reject(new Error('away'))];
    const kept = new KeptAnswer('it', () => answers.shift() ?? Promise.resolve(2), logger, -1);
    expect([await kept.get(), await kept.get(), await kept.get()]).toEqual([1, 1, 2]);
    const away = new KeptAnswer('it', () => Promise.reject(new Error('away')), logger);
    expect(await away.get()).toBeUndefined();
  });
});
