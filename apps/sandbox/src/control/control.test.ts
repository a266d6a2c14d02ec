import http from 'node:http';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '@modelbridge/testing-kit';
import OpenAI from 'openai';
import { MAX_BODY_BYTES } from '../bounds.js';
import { TestSandbox } from '../testing/test-sandbox.js';

const CHAT = '/openai/v1/chat/completions';

describe('control', () => {
  let sandbox: TestSandbox;
  let client: OpenAI;

  beforeAll(async () => {
    sandbox = await TestSandbox.start();
    client = new OpenAI({
      baseURL: `${sandbox.url}/openai/v1`,
      apiKey: sandbox.config.SANDBOX_OPENAI_API_KEY,
      maxRetries: 0,
    });
  });
  beforeEach(async () => {
    await sandbox.faults();
    await sandbox.clearRequests();
  });
  afterAll(() => sandbox.close());

  const prompt = (content: string) => ({
    model: 'gpt-5.4',
    messages: [{ role: 'user' as const, content }],
  });
  const ask = (content = 'hello') => client.chat.completions.create(prompt(content));

  async function readStream(content: string): Promise<{ text: string; error?: unknown }> {
    let text = '';
    try {
      const stream = await client.chat.completions.create({ ...prompt(content), stream: true });
      for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
      return { text };
    } catch (error) {
      return { text, error };
    }
  }

  function rawReply(headers: Record<string, string>): Promise<{ encoding?: string; body: Buffer }> {
    return new Promise((resolve, reject) => {
      const request = http.request(
        `${sandbox.url}${CHAT}`,
        { method: 'POST', headers },
        (reply) => {
          const parts: Buffer[] = [];
          reply.on('data', (part: Buffer) => parts.push(part));
          reply.on('end', () =>
            resolve({ encoding: reply.headers['content-encoding'], body: Buffer.concat(parts) }),
          );
        },
      );
      request.on('error', reject);
      request.end(JSON.stringify({ ...prompt('[[tokens=30]]'), stream: true }));
    });
  }

  it("answers an error in the provider's shape, for so many requests", async () => {
    await sandbox.faults({
      provider: 'openai',
      error: {
        status: 429,
        type: 'requests',
        message: 'slow down',
        code: 'rate_limit_exceeded',
        headers: { 'retry-after-ms': '20' },
      },
      count: 1,
    });
    const refused: unknown = await ask().catch((error: unknown) => error);
    if (!(refused instanceof OpenAI.APIError)) throw new Error('it was not refused');
    expect(refused).toMatchObject({ status: 429, type: 'requests', code: 'rate_limit_exceeded' });
    expect((refused.headers as Headers).get('retry-after-ms')).toBe('20');
    expect(await sandbox.lastRequest()).toMatchObject({ status: 429, usage: null });
    await expect(ask()).resolves.toBeDefined();
  });

  it('matches rules by region and by any name of a model', async () => {
    const error = { status: 503, type: 'ServiceUnavailable', message: 'down' };
    await sandbox.faults({ region: 'us-east', model: 'glm-5', error });
    const status = async (region: string, model: string) => {
      const body = { ...prompt('x'), model };
      const key = sandbox.config.SANDBOX_SELFHOSTED_API_KEY;
      return (await sandbox.post(`/selfhosted/${region}/v1/chat/completions`, key, body)).status;
    };
    expect(await status('us-east', 'zai-org/GLM-5')).toBe(503);
    expect(await status('us-west', 'zai-org/GLM-5')).toBe(200);
    expect(await status('us-east', 'moonshotai/Kimi-K2.5')).toBe(200);
  });

  it('cuts a stream after so many chunks and tells what was delivered', async () => {
    await sandbox.faults({ cutAfterChunks: 5 });
    const { text, error } = await readStream('[[tokens=60]]');
    expect(error).toBeDefined();
    expect(text.length).toBeGreaterThan(0);
    expect(await sandbox.lastRequest()).toMatchObject({
      status: 200,
      usage: { outputTokens: 60 },
      deliveredOutputTokens: 12,
      callerGone: false,
    });
  });

  it('cuts a whole reply half-way', async () => {
    await sandbox.faults({ cutAfterChunks: 0 });
    await expect(ask()).rejects.toThrow();
    expect(await sandbox.lastRequest()).toMatchObject({ status: 200, deliveredOutputTokens: 0 });
  });

  it('sends an error inside a stream', async () => {
    const error = { status: 500, type: 'server_error', message: 'broken inside' };
    await sandbox.faults({ error, errorAfterChunks: 4 });
    const outcome = await readStream('[[tokens=60]]');
    expect(outcome.text).not.toBe('');
    expect(outcome.error).toMatchObject({ message: 'broken inside' });
  });

  it('hangs or stalls until the caller leaves, and says that it left', async () => {
    for (const rule of [{ hang: true } as const, { stallAfterChunks: 2 }]) {
      await sandbox.faults(rule);
      const abort = new AbortController();
      const outcome = client.chat.completions
        .create({ ...prompt('x'), stream: true }, { signal: abort.signal })
        .then(async (stream) => {
          for await (const _chunk of stream);
        })
        .catch((error: unknown) => error);
      await eventually(async () => expect(await sandbox.requests()).toHaveLength(1));
      expect((await sandbox.requests())[0]?.finished).toBe(false);
      abort.abort();
      await outcome;
      expect(await sandbox.lastRequest()).toMatchObject({ callerGone: true });
      await sandbox.clearRequests();
    }
  });

  it('holds a reply until the rules are replaced, and then goes on with it', async () => {
    await sandbox.faults({ holdAfterChunks: 4 });
    const replies = Promise.all([readStream('[[tokens=60]]'), ask()]);
    await eventually(async () => {
      const held = await sandbox.requests();
      expect(held.map(({ streamed, status }) => [streamed, status]).sort()).toEqual([
        [false, null],
        [true, 200],
      ]);
      expect(held.find(({ streamed }) => streamed)?.deliveredOutputTokens).toBeGreaterThan(0);
    });
    expect((await sandbox.requests()).filter(({ finished }) => finished)).toEqual([]);
    await sandbox.faults();
    const [streamed, whole] = await replies;
    expect(streamed.error).toBeUndefined();
    expect(whole.usage?.completion_tokens).toBe(40);
    const finished = await eventually(async () => {
      const all = (await sandbox.requests()).filter((request) => request.finished);
      expect(all).toHaveLength(2);
      return all;
    });
    expect(finished.map((request) => request.deliveredOutputTokens).sort()).toEqual([40, 60]);
  });

  it('refuses connections', async () => {
    await sandbox.faults({ refuseConnections: true });
    await expect(ask()).rejects.toThrow(/connection/i);
    expect(await sandbox.lastRequest()).toMatchObject({ status: null, callerGone: false });
  });

  it('delays the reply and its chunks', async () => {
    await sandbox.faults({ latencyMs: 60, chunkDelayMs: 10 });
    const started = performance.now();
    expect((await readStream('[[tokens=9]]')).error).toBeUndefined();
    expect(performance.now() - started).toBeGreaterThan(60 + 5 * 9);
  });

  it('hides usage, and overrides it in the reply and in its own list', async () => {
    await sandbox.faults(
      { omitUsage: true, count: 1 },
      { usage: { inputTokens: 1000, cacheReadTokens: 500, outputTokens: 7 } },
    );
    expect((await ask()).usage).toBeUndefined();
    expect((await sandbox.lastRequest()).usage).toMatchObject({ outputTokens: 40 });
    expect((await ask()).usage).toMatchObject({
      prompt_tokens: 1500,
      completion_tokens: 7,
      prompt_tokens_details: { cached_tokens: 500 },
    });
    expect((await sandbox.lastRequest()).usage).toMatchObject({ inputTokens: 1000 });
  });

  it('answers gzip where it is accepted, or everywhere when forced', async () => {
    const headers = {
      authorization: `Bearer ${sandbox.config.SANDBOX_OPENAI_API_KEY}`,
      'content-type': 'application/json',
    };
    const plain = await rawReply({ ...headers, 'accept-encoding': 'gzip' });
    expect(plain.encoding).toBeUndefined();
    const lines = (body: Buffer) => body.toString().split('\n\n').length;
    await sandbox.faults({ gzip: true });
    expect(
      (await rawReply({ ...headers, 'accept-encoding': 'identity' })).encoding,
    ).toBeUndefined();
    const accepted = await rawReply({ ...headers, 'accept-encoding': 'gzip' });
    expect(accepted.encoding).toBe('gzip');
    expect(lines(gunzipSync(accepted.body))).toBe(lines(plain.body));
    expect((await sandbox.lastRequest()).bytesDelivered).toBe(accepted.body.length);
    await sandbox.faults({ gzip: 'force' });
    expect((await rawReply({ ...headers, 'accept-encoding': 'identity' })).encoding).toBe('gzip');
    await expect(ask()).resolves.toMatchObject({ object: 'chat.completion' });
  });

  it('notices a caller that leaves in mid-stream', async () => {
    await sandbox.faults({ chunkDelayMs: 5 });
    const stream = await client.chat.completions.create({
      ...prompt('[[tokens=3000]]'),
      stream: true,
    });
    for await (const chunk of stream) if (chunk.choices[0]?.delta.content) break;
    const listed = await sandbox.lastRequest();
    expect(listed.callerGone).toBe(true);
    expect(listed.deliveredOutputTokens).toBeLessThan(3000);
  });

  it('lists, pages and forgets requests; refuses rules that it does not know', async () => {
    await ask('one');
    await ask('two');
    const [first, second] = await sandbox.requests();
    expect(await sandbox.requests(first?.sequence)).toEqual([second]);
    await sandbox.clearRequests();
    expect(await sandbox.requests()).toEqual([]);
    const put = (body: string) =>
      fetch(`${sandbox.url}/control/faults`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body,
      });
    expect((await put('[{"latency":1}]')).status).toBe(400);
    expect((await put('{"latencyMs":1,"count":3}')).status).toBe(200);
    const listed: unknown = await (await fetch(`${sandbox.url}/control/faults`)).json();
    expect(listed).toEqual({ faults: [{ latencyMs: 1, count: 3 }] });
    expect((await fetch(`${sandbox.url}/control/requests?limit=0`)).status).toBe(400);
  });

  it("answers an unknown path and a body that is too large in the provider's shape", async () => {
    const key = sandbox.config.SANDBOX_ANTHROPIC_API_KEY;
    const unknown = await sandbox.post('/anthropic/v1/complete', key, {});
    expect([unknown.status, await unknown.json()]).toEqual([
      404,
      expect.objectContaining({ error: { type: 'not_found_error', message: 'Not found' } }),
    ]);
    const large = await sandbox.post('/anthropic/v1/messages', key, 'x'.repeat(MAX_BODY_BYTES + 1));
    expect([large.status, await large.json()]).toEqual([
      413,
      expect.objectContaining({ type: 'error' }),
    ]);
  });

  it('is alive and ready', async () => {
    for (const path of ['/healthz', '/readyz', '/metrics']) {
      expect((await fetch(`${sandbox.url}${path}`)).status).toBe(200);
    }
  });
});
