import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { authKeyRevoked } from '@modelbridge/contracts/events';
import { createApiKey } from '@modelbridge/api-key';
import { eventually } from '@modelbridge/testing-kit';
import { bounds } from '../src/bounds.js';
import { sendRaw } from './testing/raw-requests.js';
import { TestGateway } from './testing/test-gateway.js';

const run = promisify(execFile);
const millionMembers = `
  const members = Array.from({ length: 1_000_000 }, (_, i) => '"k' + i + '":1').join(',');
  const body = '{"metadata":{' + members + '}}';
  const reply = await fetch(process.env.URL + '/v1/chat/completions', {
    method: 'POST',
    headers: { authorization: 'Bearer ' + process.env.KEY },
    body,
  });
  const { message } = (await reply.json()).error;
  process.stdout.write(JSON.stringify({ status: reply.status, message, bytes: body.length }));
`;
const chat = { model: 'gpt-5.4', messages: [{ role: 'user', content: 'hi' }] };

describe('ingress', () => {
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await TestGateway.start();
  });
  afterAll(() => gateway.stop());

  async function post(body: string | Buffer, headers: Record<string, string> = {}) {
    const reply = await gateway.post(gateway.caller().apiKey, body, headers);
    return { status: reply.status, text: await reply.text(), headers: reply.headers };
  }

  it('answers every kind of bad key with the same bytes, without a word to auth on junk', async () => {
    const revoked = gateway.services.createKey();
    gateway.services.keys.clear();
    const junkCalls = gateway.services.calls.length;
    const answers = [];
    const authorizations = [
      undefined,
      'Bearer ',
      'Bearer nonsense',
      `Bearer ' OR '1'='1`,
      `Bearer mb_live_${'x'.repeat(6_000)}`,
      'Basic dXNlcjpwYXNz',
      `Bearer ${createApiKey().apiKey.slice(0, -1)}!`,
    ];
    for (const authorization of authorizations) {
      answers.push(
        await fetch(`${gateway.url}/v1/key`, {
          headers: authorization === undefined ? {} : { authorization },
        }),
      );
    }
    expect(gateway.services.calls.length).toBe(junkCalls);
    for (const apiKey of [revoked.apiKey, createApiKey().apiKey]) {
      answers.push(
        await fetch(`${gateway.url}/v1/key`, { headers: { authorization: `Bearer ${apiKey}` } }),
      );
      answers.push(await gateway.post(apiKey, JSON.stringify(chat)));
      answers.push(
        await fetch(`${gateway.url}/%761/key`, { headers: { authorization: `Bearer ${apiKey}` } }),
      );
      answers.push(
        await fetch(`${gateway.url}/v1/no-such-route`, {
          headers: { authorization: `Bearer ${apiKey}` },
        }),
      );
    }
    const seen = new Set<string>();
    for (const answer of answers) {
      expect(answer.status).toBe(401);
      const headers = [...answer.headers].filter(
        ([name]) => !['date', 'x-request-id'].includes(name),
      );
      seen.add(JSON.stringify([headers, await answer.text()]));
      expect(answer.headers.get('x-request-id')).toMatch(/^req_/);
    }
    expect(seen.size).toBe(1);
    expect([...seen][0]).toContain('invalid_api_key');
  });

  it('tells Anthropic’s clients of a bad key in their shape, with the header that they send', async () => {
    for (const path of ['/v1/messages', '/v1/models', '/v1/files', '/v1/usage', '/v1/nothing']) {
      const headers = { 'anthropic-version': '2023-06-01', 'x-api-key': 'sk-ant-nonsense' };
      const reply = await fetch(`${gateway.url}${path}`, { headers });
      expect(reply.status).toBe(401);
      expect(await reply.json()).toMatchObject({
        type: 'error',
        error: {
          type: 'authentication_error',
          message: expect.stringContaining('"x-api-key: mb_'),
        },
        request_id: reply.headers.get('request-id'),
      });
    }
  });

  it('asks auth once for many requests with one key, and never again in the steady state', async () => {
    const { apiKey } = gateway.caller();
    const before = gateway.services.calls.filter((call) => call === 'auth.resolveKey').length;
    await Promise.all(Array.from({ length: 20 }, () => gateway.post(apiKey, JSON.stringify(chat))));
    for (let i = 0; i < 10; i++) await gateway.post(apiKey, JSON.stringify(chat));
    const after = gateway.services.calls.filter((call) => call === 'auth.resolveKey').length;
    expect(after - before).toBe(1);
  });

  it('refuses a revoked key when it hears of it, not when it would ask again', async () => {
    const { apiKey, key } = gateway.services.createKey();
    expect((await gateway.post(apiKey, JSON.stringify(chat))).status).toBe(200);
    gateway.services.keys.clear();
    expect((await gateway.post(apiKey, JSON.stringify(chat))).status).toBe(200);
    const { messaging } = gateway.outside;
    await messaging.publish(
      authKeyRevoked,
      { keyId: key.keyId, publicId: key.publicId },
      { id: key.keyId },
    );
    await eventually(
      async () => expect((await gateway.post(apiKey, JSON.stringify(chat))).status).toBe(401),
      // Later the gateway would ask anyway.
      { timeoutMs: bounds.keyRefreshAfterMs / 2 },
    );
  });

  it('does not take a key back from a look-up that a revocation overtook', async () => {
    const { apiKey, key } = gateway.services.createKey();
    let answer = (): void => undefined;
    const asked = new Promise<void>((resolve) => {
      gateway.services.beforeKeyAnswer = () => {
        resolve();
        return new Promise((go) => (answer = go));
      };
    });
    const reply = gateway.post(apiKey, JSON.stringify(chat));
    await asked;
    const { messaging } = gateway.outside;
    const revoked = { keyId: key.keyId, publicId: key.publicId };
    await messaging.publish(authKeyRevoked, revoked, { id: `${key.keyId}-2` });
    const other = gateway.services.createKey();
    gateway.services.beforeKeyAnswer = () => Promise.resolve();
    // Events of one stream come in order: once a later one has an effect, so has the first.
    await gateway.post(other.apiKey, JSON.stringify(chat));
    await messaging.publish(
      authKeyRevoked,
      { keyId: other.key.keyId, publicId: other.key.publicId },
      { id: other.key.keyId },
    );
    gateway.services.keys.clear();
    await eventually(async () =>
      expect((await gateway.post(other.apiKey, JSON.stringify(chat))).status).toBe(401),
    );
    answer();
    expect((await reply).status).toBe(401);
  });

  it('fails closed with 503 while auth cannot be reached, but for keys that it knows', async () => {
    const known = gateway.caller();
    await gateway.post(known.apiKey, JSON.stringify(chat));
    const unknown = gateway.caller();
    gateway.services.down.add('auth');
    const answers = [
      await gateway.post(known.apiKey, JSON.stringify(chat)),
      await gateway.post(unknown.apiKey, JSON.stringify(chat)),
    ];
    gateway.services.down.delete('auth');
    expect(answers.map(({ status }) => status)).toEqual([200, 503]);
  });

  it.each([
    ['not JSON', 'hello', 'body'],
    ['an array', '[]', 'body'],
    ['an empty body', '', 'body'],
    ['half a body', '{"model":"gpt-5.4"', 'body'],
    ['a key given twice', '{"model":"gpt-5.4","model":"kimi-k2.5","messages":[]}', 'model'],
    ['a NUL', '{"model":"gpt-5.4","messages":[]\u0000}', 'body'],
    ['a depth of 100,000', `{"messages":${'['.repeat(100_000)}`, 'body'],
    ['a wrong type', '{"model":"gpt-5.4","messages":"hi"}', 'messages'],
    ['an absurd cap', '{"model":"gpt-5.4","messages":[],"max_tokens":1e308}', 'max_tokens'],
    ['a million choices', '{"model":"gpt-5.4","messages":[],"n":1000000}', 'n'],
  ])(
    'refuses %s with 400 and names the field, before anything is reserved',
    async (_, body, param) => {
      const grants = gateway.services.grants.length;
      const { status, text } = await post(body);
      expect(status).toBe(400);
      expect(JSON.parse(text)).toMatchObject({ error: { type: 'invalid_request_error', param } });
      expect(gateway.services.grants.length).toBe(grants);
    },
  );

  it('refuses invalid UTF-8', async () => {
    const body = Buffer.concat([
      Buffer.from('{"model":"'),
      Buffer.from([0xff, 0xfe]),
      Buffer.from('"}'),
    ]);
    expect((await post(body)).status).toBe(400);
  });

  it('refuses a million members after reading no more than it allows', async () => {
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', millionMembers], {
      env: { ...process.env, URL: gateway.url, KEY: gateway.caller().apiKey },
    });
    const { status, message, bytes } = JSON.parse(stdout) as {
      status: number;
      message: string;
      bytes: number;
    };
    expect(status).toBe(400);
    // A scan that went on to the end would hold up every other request on the loop.
    expect(Number(/byte (\d+)/.exec(message)?.[1])).toBeLessThan(bytes / 8);
  });

  it('leaves prototypes alone', async () => {
    const { status } = await post(
      '{"model":"gpt-5.4","messages":[],"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}',
    );
    expect([200, 400]).toContain(status);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });

  it('says 404 model_not_found for a model that does not exist', async () => {
    const { status, text } = await post(JSON.stringify({ ...chat, model: 'gpt-99' }));
    expect(status).toBe(404);
    expect(JSON.parse(text)).toMatchObject({ error: { code: 'model_not_found', param: 'model' } });
  });

  it('never goes where a body says', async () => {
    const evil = { api_base: 'http://127.0.0.1:1', base_url: 'http://127.0.0.1:1' };
    expect((await post(JSON.stringify({ ...chat, ...evil }))).status).toBe(200);
    expect(gateway.openai.last.path).toBe('/v1/chat/completions');
  });

  it.each([
    ['gzip', gzipSync],
    ['br', brotliCompressSync],
  ])('takes a body compressed with %s', async (encoding, compress) => {
    const { status } = await post(compress(JSON.stringify(chat)), { 'content-encoding': encoding });
    expect(status).toBe(200);
    expect(gateway.openai.last.json['messages']).toEqual(chat.messages);
  });

  it('takes a body compressed with zstd, and says of a window that is too large that it is', async () => {
    const body = Buffer.from(
      'KLUv/WAnAFUCANKEDxKQzwFSM3IEZNHNvo8L8yxnRpg33QOzQOAHunnKF8/NKWQK43r45K43ZxfnLTJvbqqb38PJKILKdnPHLL7bAgBApSg8oJ5n',
      'base64',
    );
    expect((await post(body, { 'content-encoding': 'zstd' })).status).toBe(200);
    expect(gateway.openai.last.json['model']).toBe('upstream-gpt-5.4');
    const wide = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, 14 << 3, 1, 0, 0]);
    const { status, text } = await post(wide, { 'content-encoding': 'zstd' });
    expect(status).toBe(400);
    expect(JSON.parse(text)).toMatchObject({
      error: { param: 'content-encoding', message: expect.stringContaining('window') },
    });
  });

  it('refuses an encoding that it does not know with 415', async () => {
    const { status, text } = await post(JSON.stringify(chat), { 'content-encoding': 'lzma' });
    expect(status).toBe(415);
    expect(JSON.parse(text)).toMatchObject({ error: { param: 'content-encoding' } });
  });

  it('refuses a body that lies about its encoding', async () => {
    expect((await post('plain', { 'content-encoding': 'gzip' })).status).toBe(400);
  });

  it('refuses a body that would unpack to more than the limit, in bounded memory', async () => {
    const bomb = gzipSync(Buffer.alloc(200 * 1024 * 1024, 0x20));
    const before = process.memoryUsage().rss;
    const { status } = await post(bomb, { 'content-encoding': 'gzip' });
    expect(status).toBe(413);
    expect(process.memoryUsage().rss - before).toBeLessThan(150 * 1024 * 1024);
  });

  it('refuses a body over the limit by its length, and by its chunks, and reserves nothing', async () => {
    const grants = gateway.services.grants.length;
    const { apiKey } = gateway.caller();
    const head = `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${apiKey}\r\n`;
    const byLength = await sendRaw(
      gateway.url,
      `${head}content-length: ${33 * 1024 * 1024}\r\n\r\n{`,
    );
    expect(byLength).toMatch(/^HTTP\/1.1 413 /);
    expect(byLength).toContain('request_too_large');
    const piece = ' '.repeat(1024 * 1024);
    const chunk = `100000\r\n${piece}\r\n`;
    const byChunks = await sendRaw(
      gateway.url,
      `${head}transfer-encoding: chunked\r\n\r\n`,
      (write) => {
        for (let i = 0; i < 34; i++) write(chunk);
      },
    );
    expect(byChunks).toMatch(/^HTTP\/1.1 413 /);
    expect(gateway.services.grants.length).toBe(grants);
  });

  it.each([
    [
      'a header bomb',
      `GET /v1/models HTTP/1.1\r\nhost: x\r\na: ${'x'.repeat(40_000)}\r\n\r\n`,
      431,
    ],
    [
      'two lengths',
      'POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n{}',
      400,
    ],
    [
      'both framings',
      'POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
    ],
    ['a bare line feed in a header', 'GET /v1/models HTTP/1.1\r\nhost: x\r\na: b\rc\r\n\r\n', 400],
  ])('refuses %s and closes the connection', async (_, bytes, status) => {
    expect(await sendRaw(gateway.url, bytes)).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  });

  it('closes a connection whose headers or body come too slowly within ten seconds', async () => {
    const { apiKey } = gateway.caller();
    const everyMs = 500;
    let drops = 0;
    const dripping = (start: string, drop: string) => {
      let timer: NodeJS.Timeout | undefined;
      return sendRaw(gateway.url, start, (write) => {
        timer = setInterval(() => {
          drops += 1;
          write(drop);
        }, everyMs);
      }).finally(() => clearInterval(timer));
    };
    const [headers, body] = await Promise.all([
      dripping('GET /v1/models HTTP/1.1\r\nhost: x\r\n', 'a: b\r\n'),
      dripping(
        `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${apiKey}\r\ncontent-length: 1000\r\n\r\n{`,
        ' ',
      ),
    ]);
    expect(headers).toMatch(/^HTTP\/1.1 408 /);
    expect(body).toMatch(/^HTTP\/1.1 408 /);
    // By the timers of this process, which is also the gateway's: a machine that is slow is so for both.
    expect(drops).toBeLessThan((2 * 10_000) / everyMs);
  });

  it('answers unknown routes and methods in OpenAI’s shape', async () => {
    const { apiKey } = gateway.caller();
    const headers = { authorization: `Bearer ${apiKey}` };
    const route = await fetch(`${gateway.url}/v1/nothing`, { headers });
    expect(route.status).toBe(404);
    expect(await route.json()).toMatchObject({
      error: { code: 'not_found', type: 'invalid_request_error' },
    });
    expect(route.headers.get('x-request-id')).toMatch(/^req_/);
    const method = await fetch(`${gateway.url}/v1/chat/completions`, { headers });
    expect(method.status).toBe(405);
  });
});
