import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parseRaw, sendRaw, type RawAnswer } from './testing/raw-requests.js';
import { TestGateway } from './testing/test-gateway.js';

/** Other ways to write a path that somebody on the way, or here, may read as the same one. */
const forms: Readonly<Record<string, (path: string) => string>> = {
  plain: (path) => path,
  absolute: (path) => `http://other.host${path}`,
  'absolute with another scheme': (path) => `HTTPS://other.host:1${path}`,
  'absolute with double slashes': (path) => `http://other.host/${path}`,
  'absolute of a user': (path) => `http://user:word@other.host${path}`,
  'double slash': (path) => path.replace('/', '//'),
  'double slashes': (path) => path.replaceAll('/', '//'),
  'trailing slash': (path) => `${path}/`,
  'encoded letters': (path) => path.replace(/[a-z]/g, (letter) => `%${hex(letter)}`),
  'encoded slashes': (path) => path.replaceAll('/', '%2F').replace('%2F', '/'),
  'encoded twice': (path) => path.replace(/[a-z]/g, (letter) => `%25${hex(letter)}`),
  'a dot segment': (path) => `/.${path}`,
  'encoded dot segments': (path) => `/healthz/%2e%2E${path}`,
  'dot segments': (path) => `/healthz/..${path}`,
  'upper case': (path) => path.toUpperCase(),
  parameters: (path) => `${path};x=1`,
  'parameters of a part': (path) => path.replace('/v1', '/v1;x=1'),
  'parameters before': (path) => `/healthz;${path}`,
  query: (path) => `${path}?limit=1`,
  'query before': (path) => `/healthz?${path}`,
  fragment: (path) => `/healthz#${path}`,
  'a fragment behind': (path) => `${path}#healthz`,
  backslashes: (path) => path.replaceAll('/', '\\'),
  'v1 twice': (path) => `/v1${path}`,
  'a tab': (path) => `${path}%09`,
  NUL: (path) => `${path}%00`,
};

function hex(letter: string): string {
  return letter.charCodeAt(0).toString(16);
}

describe('the request line', () => {
  let gateway: TestGateway;
  let apiKey: string;

  beforeAll(async () => {
    gateway = await TestGateway.start({ OPS_PORT: '0' });
    ({ apiKey } = gateway.caller());
  });
  afterAll(() => gateway.stop());

  async function ask(target: string, method = 'GET', headers: string[] = []): Promise<RawAnswer> {
    const fields = ['host: x', 'connection: close', ...headers].map((field) => `${field}\r\n`);
    return parseRaw(
      await sendRaw(gateway.url, `${method} ${target} HTTP/1.1\r\n${fields.join('')}\r\n`),
    );
  }
  const withKey = () => [`authorization: Bearer ${apiKey}`];

  it('reaches no metrics where operators have a port of their own, which has them', async () => {
    for (const form of Object.values(forms)) {
      expect((await ask(form('/metrics'), 'GET', withKey())).body).not.toContain('# HELP');
    }
    expect((await ask('/readyz')).status).toBe(200);
    const own = `http://127.0.0.1:${gateway.service.running.opsPort}`;
    expect(await (await fetch(`${own}/metrics`)).text()).toContain('gateway_spool_bytes');
    expect((await fetch(`${own}/readyz`)).status).toBe(200);
    expect((await fetch(`${own}/v1/models`)).status).toBe(404);
  });

  /** Every route under /v1, Nest's as Fastify has them, each also with an id behind it. */
  function routes(): string[] {
    const fastify = gateway.service.running.app.getHttpAdapter().getInstance();
    const printed = fastify.printRoutes({ commonPrefix: false });
    const found = [...printed.matchAll(/(\/v1\/\S*) \(/g)].map(([, path]) => path!);
    expect(found).toEqual(expect.arrayContaining(['/v1/models', '/v1/usage', '/v1/key']));
    const raw = ['chat/completions', 'responses', 'messages', 'messages/count_tokens'];
    return [
      ...found.flatMap((path) => [path, `${path}/gpt-5.4`]),
      ...raw.map((path) => `/v1/${path}`),
    ];
  }

  it('gives nobody an answer of a route without a key, however its path is written', async () => {
    const answered: string[] = [];
    for (const path of routes()) {
      for (const [name, form] of Object.entries(forms)) {
        for (const method of ['GET', 'POST', 'HEAD']) {
          const { status } = await ask(form(path), method);
          const isHealth = name === 'query before' && method !== 'POST' && status === 200;
          if (![400, 401, 404, 405].includes(status) && !isHealth) {
            answered.push(`${method} ${path} as ${name}: ${status}`);
          }
        }
      }
    }
    expect(answered).toEqual([]);
  });

  it.each(['absolute', 'absolute of a user', 'absolute with double slashes', 'double slashes'])(
    'serves a path that is %s like the plain one, with a key',
    async (name) => {
      for (const path of ['/v1/models', '/v1/models/gpt-5.4', '/v1/key']) {
        const plain = await ask(path, 'GET', withKey());
        const other = await ask(forms[name]!(path), 'GET', withKey());
        expect([other.status, other.body]).toEqual([200, plain.body]);
        expect((await ask(forms[name]!(path))).status).toBe(401);
      }
    },
  );

  it('serves an inference route in absolute form', async () => {
    const body = JSON.stringify({ model: 'gpt-5.4', messages: [{ role: 'user', content: 'x' }] });
    const received = await sendRaw(
      gateway.url,
      `POST http://any/v1/chat/completions HTTP/1.1\r\nhost: x\r\nconnection: close\r\n${withKey()[0]}\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    );
    expect(parseRaw(received).status).toBe(200);
  });

  it.each([
    ['two hosts', 'GET /v1/models HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n'],
    ['two hosts of one name', 'GET /healthz HTTP/1.1\r\nhost: a\r\nHOST: a\r\n\r\n'],
    ['no host', 'GET /v1/models HTTP/1.1\r\na: b\r\n\r\n'],
    ['no version', 'GET /v1/models\r\n\r\n'],
    ['no version, and a host', 'GET /healthz\r\nhost: a\r\n\r\n'],
    ['an asterisk', 'OPTIONS * HTTP/1.1\r\nhost: a\r\n\r\n'],
    ['an authority', 'GET a.host:80 HTTP/1.1\r\nhost: a\r\n\r\n'],
    ['another scheme', 'GET ftp://a.host/v1/models HTTP/1.1\r\nhost: a\r\n\r\n'],
    ['a fragment', 'GET /v1/models#x HTTP/1.1\r\nhost: a\r\n\r\n'],
    ['an unknown version', 'GET /v1/models HTTP/9.9\r\nhost: a\r\n\r\n'],
    ['no line at all', '\u0016\u0003\u0001\r\n\r\n'],
  ])('is refused with 400 and closed where it has %s', async (_, bytes) => {
    const answer = parseRaw(await sendRaw(gateway.url, bytes));
    expect(answer.status).toBe(400);
    expect(answer.headers).toMatchObject({
      connection: 'close',
      'content-type': 'application/json; charset=utf-8',
      'x-should-retry': 'false',
      'x-request-id': expect.stringMatching(/^req_/),
    });
    expect(JSON.parse(answer.body)).toMatchObject({
      error: { type: 'invalid_request_error', code: 'malformed_request', param: null },
    });
  });

  it.each(['other.host:443', 'x:80', '/v1/models'])(
    'says that no tunnel is opened to %s, and closes',
    async (target) => {
      const answer = parseRaw(
        await sendRaw(gateway.url, `CONNECT ${target} HTTP/1.1\r\nhost: ${target}\r\n\r\nmore`),
      );
      expect(answer.headers).toMatchObject({ connection: 'close', 'x-should-retry': 'false' });
      expect([answer.status, JSON.parse(answer.body)]).toMatchObject([
        405,
        { error: { code: 'method_not_allowed', message: expect.stringContaining('base URL') } },
      ]);
    },
  );

  it('takes HTTP/1.0 without a host', async () => {
    const answer = parseRaw(await sendRaw(gateway.url, 'GET /healthz HTTP/1.0\r\n\r\n'));
    expect(answer.status).toBe(200);
  });

  it.each([
    ['is too large', `GET /v1/models HTTP/1.1\r\nhost: x\r\na: ${'x'.repeat(40_000)}\r\n\r\n`, 431],
    ['stalls', 'GET /v1/models HTTP/1.1\r\nhost: x\r\na: ', 408],
  ])('answers a head that %s in the shape of an error', async (_, bytes, status) => {
    const answer = parseRaw(await sendRaw(gateway.url, bytes));
    expect(answer.status).toBe(status);
    const code = status === 408 ? 'request_timeout' : 'headers_too_large';
    expect(answer.headers['x-should-retry']).toBe(String(status === 408));
    expect(JSON.parse(answer.body)).toMatchObject({
      error: { type: 'invalid_request_error', code, param: null },
    });
  });

  it('answers what follows a request on its connection and is none, behind the reply', async () => {
    const received = await sendRaw(
      gateway.url,
      'GET /v1/models HTTP/1.1\r\nhost: x\r\n\r\nnonsense\r\n\r\n',
    );
    expect([...received.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status)).toEqual([
      '401',
      '400',
    ]);
  });

  it('reads the path of a WebSocket as that of a request, and says 426 where none is asked for', async () => {
    const upgrade = ['upgrade: websocket', 'sec-websocket-version: 13', 'sec-websocket-key: eA=='];
    for (const path of ['/v1/responses', '/v1//responses/', 'http://any/v1/responses?x=1']) {
      expect((await ask(path, 'GET', upgrade)).status).toBe(401);
      expect((await ask(path, 'GET', [...withKey(), ...upgrade, 'host: other'])).status).toBe(400);
      const answer = await ask(path, 'GET', withKey());
      expect(answer.status).toBe(426);
      expect(answer.headers).toMatchObject({ upgrade: 'websocket', 'x-should-retry': 'false' });
      expect(JSON.parse(answer.body)).toMatchObject({ error: { code: 'upgrade_required' } });
    }
  });

  describe('with a body that waits to be asked for', () => {
    const json = JSON.stringify({
      model: 'gpt-5.4',
      messages: [{ role: 'user', content: 'hi' }],
    });

    async function expecting(path: string, key: string, length: number): Promise<string> {
      const head =
        `POST ${path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${key}\r\n` +
        `content-length: ${length}\r\nexpect: 100-continue\r\nconnection: close\r\n\r\n`;
      return sendRaw(gateway.url, head, (write) => {
        if (length === json.length) write(json);
      });
    }

    it.each(['/v1/chat/completions', '/v1/messages', '/v1/responses/compact', '/v1/models'])(
      '%s asks for none without a key',
      async (path) => {
        const received = await expecting(path, 'no key', json.length);
        expect(received).toMatch(/^HTTP\/1.1 401 /);
        expect(received).not.toContain('100 Continue');
      },
    );

    it('asks for none that is too large, and for one that is not', async () => {
      const large = await expecting('/v1/chat/completions', apiKey, 40 * 1024 * 1024);
      expect(large).toMatch(/^HTTP\/1.1 413 /);
      expect(large).not.toContain('100 Continue');
      const fits = await expecting('/v1/chat/completions', apiKey, json.length);
      expect(fits).toMatch(/^HTTP\/1.1 100 Continue\r\n\r\nHTTP\/1.1 200 /);
    });
  });
});
