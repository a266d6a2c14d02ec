import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  it,
  jest,
} from '@jest/globals';
import { authKeyChanged, retentionKeysDestroyed } from '@modelbridge/contracts/events';
import { newId } from '@modelbridge/contracts';
import { dayOf } from '@modelbridge/sealed-content';
import { eventually } from '@modelbridge/testing-kit';
import { captureBounds } from '../src/capture/bounds.js';
import { Captures } from '../src/capture/captures.service.js';
import { SealingKeys } from '../src/capture/sealing-keys.service.js';
import { CallerSocket } from './testing/response-socket.js';
import { answerLike } from './testing/stub-replies.js';
import { chatChunk, json, streamHead } from './testing/stub-upstream.js';
import { TestGateway } from './testing/test-gateway.js';

const messages = [{ role: 'user', content: 'what was said' }];
const bodies = {
  '/v1/chat/completions': { messages },
  '/v1/responses': { input: 'what was said' },
  '/v1/messages': { messages, max_tokens: 64 },
};
const apis = {
  '/v1/chat/completions': 'chat_completions',
  '/v1/responses': 'responses',
  '/v1/messages': 'messages',
};
const paths = Object.keys(bodies) as (keyof typeof bodies)[];
const sealed = ['gpt-5.4', 'claude-sonnet-4-6'];
const chat = { model: 'gpt-5.4', messages };

describe('what is kept of a request', () => {
  let gateway: TestGateway;
  const begin = jest.spyOn(Captures.prototype, 'begin');
  beforeAll(async () => {
    Object.assign(captureBounds, { retryAfterMs: [1], keyRetryAfterMs: 1, batchAfterMs: 1 });
    gateway = await TestGateway.start();
  });
  afterAll(() => gateway.stop());
  beforeEach(() => {
    begin.mockClear();
    for (const stub of [gateway.openai, gateway.anthropic, gateway.east, gateway.west]) {
      stub.answer = answerLike({ words: ['what ', 'is ', 'answered'] });
    }
  });
  afterEach(() => {
    gateway.services.down.clear();
    gateway.services.hanging.clear();
  });

  const retention = () => gateway.services.retention;

  async function ask(
    apiKey: string,
    path: string,
    body: object,
    headers: Record<string, string> = {},
  ) {
    const sent = JSON.stringify(body);
    const reply = await gateway.post(apiKey, sent, headers, path);
    const requestId = reply.headers.get('x-request-id');
    return { sent, status: reply.status, requestId, text: await reply.text() };
  }

  async function metric(name: string): Promise<number> {
    const text = await (await fetch(`${gateway.url}/metrics`)).text();
    const line = text.split('\n').find((found) => found.startsWith(`${name} `));
    return Number(line?.split(' ')[1] ?? 0);
  }
  const dropped = (reason: string): Promise<number> =>
    metric(`gateway_content_dropped_total{reason="${reason}",service="gateway"}`);

  const cases = paths.flatMap((path) =>
    sealed.flatMap((model) => [false, true].map((stream) => ({ path, model, stream }))),
  );

  it.each(cases)(
    'is what was sent and answered, byte for byte, with who and when: $model $path, streamed $stream',
    async ({ path, model, stream }) => {
      const { apiKey, accountId } = gateway.caller();
      const asked = { model, stream, ...bodies[path] };
      const headers = { 'user-agent': 'test/1', cookie: 'c=1', 'x-modelbridge-tags': 'a=b' };
      const { requestId, sent, text } = await ask(apiKey, path, asked, headers);
      const content = await retention().content(requestId);
      expect(content.request.body.toString()).toBe(sent);
      expect(content.reply.body.toString()).toBe(text);
      expect(content).toMatchObject({
        request: { method: 'POST', path },
        reply: { status: 200, complete: true, headers: { 'x-request-id': requestId } },
        ip: '127.0.0.1',
        userAgent: 'test/1',
        model,
        provider: model === 'gpt-5.4' ? 'openai' : 'anthropic',
        region: 'us-east',
        api: apis[path],
      });
      expect(content.request.headers).toEqual({
        accept: '*/*',
        'content-type': 'application/json',
        'x-modelbridge-tags': 'a=b',
      });
      const { startedAt, firstByteAt, completedAt } = content.timing;
      expect(startedAt).toBeLessThanOrEqual(firstByteAt!);
      expect(firstByteAt).toBeLessThanOrEqual(completedAt);
      const stored = retention().stored.find((found) => found.requestId === requestId)!;
      expect(stored.accountId).toBe(accountId);
      expect(Number(stored.rawBytes)).toBe(sent.length + text.length);
      // Nothing of it can be read without the key.
      for (const secret of ['what was said', 'answered', apiKey]) {
        expect(Buffer.from(stored.sealed).includes(secret)).toBe(false);
      }
      expect(JSON.stringify(content)).not.toContain(apiKey.slice(-20));
    },
  );

  it('is the error, where that is what the provider answered', async () => {
    const { apiKey } = gateway.caller();
    gateway.openai.answer = (res) =>
      json(res, 400, { error: { message: 'said by the provider', type: 'x', code: 'y' } });
    const { requestId, text, status } = await ask(apiKey, '/v1/chat/completions', chat);
    const { reply } = await retention().content(requestId);
    expect([reply.status, reply.body.toString(), reply.complete]).toEqual([status, text, true]);
    expect(text).toContain('said by the provider');
  });

  it('is what had come until its caller went away', async () => {
    const { apiKey } = gateway.caller();
    gateway.openai.answer = (res) => {
      streamHead(res);
      res.write(chatChunk({ content: 'the first half' }));
    };
    const gone = new AbortController();
    const body = JSON.stringify({ ...chat, stream: true });
    const reply = await fetch(`${gateway.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
      body,
      signal: gone.signal,
    });
    await reply.body!.getReader().read();
    gone.abort();
    const content = await retention().content(reply.headers.get('x-request-id'));
    expect(content.reply.complete).toBe(false);
    expect(content.reply.body.toString()).toContain('the first half');
  });

  it('is the message of a turn on a WebSocket, and its events', async () => {
    const { apiKey } = gateway.caller();
    const socket = await CallerSocket.open(gateway.url, apiKey);
    const event = { type: 'response.create', model: 'gpt-5.4', input: 'what was said' };
    socket.send(event);
    const requestId = await eventually(() => {
      const head = socket.events[0]?.headers;
      if (head === undefined) throw new Error('no event yet');
      return head['x-request-id']!;
    });
    const { request, reply } = await retention().content(requestId);
    expect(request).toMatchObject({ method: 'GET', path: '/v1/responses' });
    expect(JSON.parse(request.body.toString())).toEqual(event);
    expect(reply.body.toString()).toContain('response.completed');
    socket.send({ ...event, store: false });
    await eventually(() => expect(gateway.openai.received.at(-1)?.body).toContain('"store":false'));
    expect(begin).toHaveBeenCalledTimes(1);
    socket.ws.terminate();
  });

  it('is a large message of a turn too, which other threads have read', async () => {
    const socket = await CallerSocket.open(gateway.url, gateway.caller().apiKey);
    const event = {
      type: 'response.create',
      model: 'gpt-5.4',
      input: 'many words '.repeat(50_000),
    };
    socket.send(event);
    const requestId = await eventually(() => {
      const head = socket.events[0]?.headers;
      if (head === undefined) throw new Error('no event yet');
      return head['x-request-id']!;
    });
    const { request } = await retention().content(requestId);
    expect(request.body.toString()).toBe(JSON.stringify(event));
    socket.ws.terminate();
  });

  it('is a conversation as it was sent to be compacted, and the compaction that came of it', async () => {
    const { apiKey } = gateway.caller();
    const body = { model: 'claude-sonnet-4-6', input: [{ role: 'user', content: 'a long one' }] };
    const { requestId, sent, text } = await ask(apiKey, '/v1/responses/compact', body);
    const { request, reply } = await retention().content(requestId);
    expect([request.path, request.body.toString()]).toEqual(['/v1/responses/compact', sent]);
    expect(reply.body.toString()).toBe(text);
    expect(text).toContain('response.compaction');
  });

  it('is a large body too, which other threads have read', async () => {
    const { apiKey } = gateway.caller();
    const content = 'many words '.repeat(100_000);
    const body = { model: 'claude-sonnet-4-6', messages: [{ role: 'user', content }] };
    const { requestId, sent } = await ask(apiKey, '/v1/chat/completions', body);
    const { request } = await retention().content(requestId);
    expect(request.body.equals(Buffer.from(sent))).toBe(true);
  });

  it('is nothing of a body above the bound', async () => {
    const { apiKey } = gateway.caller();
    const before = await dropped('too_large');
    const padding = 'x'.repeat(captureBounds.maxContentBytes);
    const body = { ...chat, messages: [{ role: 'user', content: padding }] };
    const { requestId } = await ask(apiKey, '/v1/chat/completions', body);
    await gateway.record(requestId);
    await eventually(async () => expect(await dropped('too_large')).toBe(before + 1));
    expect(retention().has(requestId)).toBe(false);
  });

  it.each(paths)('does not exist for a model whose content is never stored: %s', async (path) => {
    const { apiKey } = gateway.caller();
    for (const stream of [false, true]) {
      const asked = { model: 'kimi-k2.5', stream, ...bodies[path] };
      expect((await ask(apiKey, path, asked)).status).toBe(200);
    }
    expect(begin).not.toHaveBeenCalled();
  });

  it('is nothing of a test key’s, which no provider sees', async () => {
    const { apiKey } = gateway.services.createKey({ isTest: true });
    expect((await ask(apiKey, '/v1/chat/completions', chat)).status).toBe(200);
    expect(begin).not.toHaveBeenCalled();
  });

  it.each(paths)('is nothing where the request says so: %s', async (path) => {
    const { apiKey } = gateway.caller();
    const asked = { model: 'gpt-5.4', ...bodies[path] };
    const headers = { 'x-modelbridge-store': 'false' };
    expect((await ask(apiKey, path, asked, headers)).status).toBe(200);
    if (path !== '/v1/messages') {
      expect((await ask(apiKey, path, { ...asked, store: false })).status).toBe(200);
    }
    expect(begin).not.toHaveBeenCalled();
    const allowed = { 'x-modelbridge-store': 'true' };
    expect((await ask(apiKey, path, asked, allowed)).status).toBe(200);
    expect(begin).toHaveBeenCalledTimes(1);
  });

  it.each(paths)('is refused where it says so in another word: %s', async (path) => {
    const { apiKey } = gateway.caller();
    for (const model of ['gpt-5.4', 'kimi-k2.5']) {
      const asked = { model, ...bodies[path] };
      const { status, text } = await ask(apiKey, path, asked, { 'x-modelbridge-store': 'no' });
      expect([status, text]).toEqual([400, expect.stringContaining('x-modelbridge-store')]);
    }
  });

  it('is nothing of an author who does not want it, from the moment on that gateways hear of it', async () => {
    const { apiKey, key } = gateway.services.createKey();
    const first = await ask(apiKey, '/v1/chat/completions', chat);
    await retention().content(first.requestId);
    gateway.services.storeNothing.add(key.userId);
    const { keyId } = key;
    await gateway.outside.messaging.publish(authKeyChanged, { keyId }, { id: newId('request') });
    await eventually(async () => {
      begin.mockClear();
      await ask(apiKey, '/v1/chat/completions', chat);
      expect(begin).not.toHaveBeenCalled();
    });
  });

  it('is sealed with another key once retention has destroyed the one before', async () => {
    const { apiKey, key } = gateway.services.createKey();
    const asksFor = (): number =>
      gateway.services.asked.filter(
        ({ name, request }) =>
          name === 'retention.getSealingKey' &&
          (request as { userId: string }).userId === key.userId,
      ).length;
    const first = await ask(apiKey, '/v1/chat/completions', chat);
    await retention().content(first.requestId);
    const second = await ask(apiKey, '/v1/chat/completions', chat);
    await retention().content(second.requestId);
    expect(asksFor()).toBe(1);
    const day = dayOf(first.requestId!);
    const keys = gateway.service.running.app.get(SealingKeys, { strict: false });
    const held = keys.find(key.userId, day)!;
    expect(held.some((byte) => byte !== 0)).toBe(true);
    await gateway.outside.messaging.publish(
      retentionKeysDestroyed,
      { kind: 'author', userId: key.userId },
      { id: newId('request') },
    );
    await eventually(() => expect(keys.find(key.userId, day)).toBeUndefined());
    expect(held.every((byte) => byte === 0)).toBe(true);
    const third = await ask(apiKey, '/v1/chat/completions', chat);
    await retention().content(third.requestId);
    expect(asksFor()).toBe(2);
  });

  it.each(['down', 'hanging'] as const)(
    'is nothing while retention is %s, which no request feels',
    async (state) => {
      const { apiKey } = gateway.caller();
      const fresh = gateway.caller();
      await retention().content((await ask(apiKey, '/v1/chat/completions', chat)).requestId);
      Object.assign(captureBounds, { storeTimeoutMs: 300, keyTimeoutMs: 300 });
      const lost = async (): Promise<number> =>
        (await dropped('retention_unavailable')) + (await dropped('key_unavailable'));
      const before = await lost();
      gateway.services[state].add('retention');
      for (const caller of [apiKey, fresh.apiKey]) {
        for (const stream of [false, true]) {
          const { status } = await ask(caller, '/v1/chat/completions', { ...chat, stream });
          expect(status).toBe(200);
        }
      }
      await eventually(async () => expect(await lost()).toBe(before + 4));
      expect(await metric('gateway_content_held_bytes{service="gateway"}')).toBe(0);
      gateway.services[state].clear();
      await eventually(async () => {
        const { requestId } = await ask(apiKey, '/v1/chat/completions', chat);
        await eventually(() => expect(retention().has(requestId)).toBe(true));
      });
    },
  );
});
