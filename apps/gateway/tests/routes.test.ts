import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { request } from 'node:http';
import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { answerLike } from './testing/stub-replies.js';
import { TestGateway } from './testing/test-gateway.js';

interface ErrorReply {
  type?: string;
  request_id?: string;
  error: Record<string, unknown>;
}

const prompt = [{ role: 'user' as const, content: 'hi' }];

function caught(promise: PromiseLike<unknown>): PromiseLike<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe('routes', () => {
  let gateway: TestGateway;
  let apiKey: string;

  beforeAll(async () => {
    gateway = await TestGateway.start();
    ({ apiKey } = gateway.caller());
    gateway.anthropic.answer = answerLike({ words: ['ok'] });
  });
  afterAll(() => gateway.stop());

  const openaiAt = (baseUrl: string) =>
    new OpenAI({ apiKey, baseURL: gateway.url + baseUrl, maxRetries: 0 });
  const anthropicAt = (baseUrl: string) =>
    new Anthropic({ apiKey, baseURL: gateway.url + baseUrl, maxRetries: 0 });

  const chat = (client: OpenAI) =>
    client.chat.completions.create({ model: 'gpt-5.4', messages: prompt });
  const messages = (client: Anthropic) =>
    client.messages.create({ model: 'claude-sonnet-4-6', max_tokens: 64, messages: prompt });

  /** The path goes out as it stands: `fetch` would tidy it up. */
  function ask(
    path: string,
    { method = 'GET', headers = {}, body }: AskOptions = {},
  ): Promise<Answer> {
    const { hostname, port } = new URL(gateway.url);
    return new Promise((resolve, reject) => {
      const req = request({ hostname, port, path, method, headers }, (res) => {
        let text = '';
        res.setEncoding('utf8').on('data', (piece: string) => (text += piece));
        res.on('end', () => resolve({ status: res.statusCode!, headers: res.headers, text }));
      });
      req.on('error', reject).end(body);
    });
  }
  interface AskOptions {
    method?: string;
    headers?: Record<string, string>;
    body?: string;
  }
  interface Answer {
    status: number;
    headers: Record<string, string | string[] | undefined>;
    text: string;
  }
  const keyed = (headers: Record<string, string> = {}) => ({
    authorization: `Bearer ${apiKey}`,
    ...headers,
  });
  const errorOf = ({ text }: Answer) => (JSON.parse(text) as ErrorReply).error;

  it.each(['/v1', '/v1/', '//v1', '/v1//', '/v1/v1'])(
    'serves OpenAI’s SDK at the base URL %s',
    async (baseUrl) => {
      const client = openaiAt(baseUrl);
      expect((await chat(client)).choices).toHaveLength(1);
      expect((await client.models.list()).data.length).toBeGreaterThan(0);
    },
  );

  it.each(['', '/', '/v1', '/v1/', '//v1/v1'])(
    'serves Anthropic’s SDK at the base URL %p',
    async (baseUrl) => {
      const client = anthropicAt(baseUrl);
      expect((await messages(client)).type).toBe('message');
      expect((await client.models.list()).data.length).toBeGreaterThan(0);
    },
  );

  it.each(['', '/openai/v1', '/openai', '/api/v1'])(
    'tells OpenAI’s SDK at the base URL %p which one is right',
    async (baseUrl) => {
      const client = openaiAt(baseUrl);
      const asked = {
        '/v1/chat/completions': () => chat(client),
        '/v1/responses': () => client.responses.create({ model: 'gpt-5.4', input: 'hi' }),
      };
      for (const [path, ask] of Object.entries(asked)) {
        const error = await caught(ask());
        expect(error).toBeInstanceOf(OpenAI.NotFoundError);
        expect(error).toMatchObject({
          code: 'not_found',
          type: 'invalid_request_error',
          requestID: expect.stringMatching(/^req_/),
          message: expect.stringContaining(`The route is ${path}.`),
        });
        expect((error as Error).message).toContain('base URL of an OpenAI SDK ends in /v1');
      }
    },
  );

  it.each(['/anthropic', '/anthropic/v1', '/v1/anthropic'])(
    'tells Anthropic’s SDK at the base URL %p which one is right',
    async (baseUrl) => {
      const client = anthropicAt(baseUrl);
      const asked = {
        '/v1/messages': () => messages(client),
        '/v1/models': () => client.models.list(),
      };
      for (const [path, ask] of Object.entries(asked)) {
        const error = await caught(ask());
        expect(error).toBeInstanceOf(Anthropic.NotFoundError);
        const {
          error: body,
          requestID,
          message,
        } = error as InstanceType<typeof Anthropic.APIError>;
        expect(body).toMatchObject({
          type: 'error',
          error: { type: 'not_found_error', code: 'not_found' },
          request_id: requestID,
        });
        expect(message).toContain(`The route is ${path}.`);
        expect(message).toContain('Anthropic SDK is the same without /v1');
      }
    },
  );

  it.each(['/v1/chat/completions/', '//v1/chat/completions', '/v1/v1/chat/completions/?a=b'])(
    'answers POST %s as the route that it means',
    async (path) => {
      const body = JSON.stringify({ model: 'gpt-5.4', messages: prompt });
      expect((await ask(path, { method: 'POST', headers: keyed(), body })).status).toBe(200);
    },
  );

  it('keeps the query of a path that it tidies up', async () => {
    const answer = await ask('/v1/v1/usage/?limit=0', { headers: keyed() });
    expect(answer.status).toBe(400);
    expect(errorOf(answer)).toMatchObject({ param: 'limit' });
  });

  it('says that there is no object under a long or escaped id, not that there is no route', async () => {
    for (const id of ['x'.repeat(2_000), 'a%2Fb', '%C3%A9']) {
      const answer = await ask(`/v1/models/${id}`, { headers: keyed() });
      expect(answer.status).toBe(404);
      expect(errorOf(answer)).toMatchObject({ code: 'model_not_found' });
    }
    expect(errorOf(await ask('/v1/models/%zz', { headers: keyed() }))).toMatchObject({
      code: 'not_found',
    });
  });

  it.each([
    ['GET', '/v1/chat/completions', 'POST'],
    ['DELETE', '/v1/responses/', 'POST'],
    ['GET', '/v1/messages/count_tokens', 'POST'],
    ['POST', '/v1/models', 'GET, HEAD'],
    ['DELETE', '/v1/models/gpt-5.4', 'GET, HEAD'],
    ['POST', '/v1/usage', 'GET, HEAD'],
    ['PUT', '/v1/credits', 'GET, HEAD'],
    ['POST', '/v1/key', 'GET, HEAD'],
    ['POST', '/healthz', 'GET, HEAD'],
  ])('refuses %s %s and names what it takes: %s', async (method, path, allow) => {
    const headers = keyed({ 'content-type': 'application/json' });
    const answer = await ask(path, { method, headers, body: '{' });
    expect(answer.status).toBe(405);
    expect(answer.headers).toMatchObject({ allow, 'x-should-retry': 'false' });
    expect(errorOf(answer)).toMatchObject({
      type: 'invalid_request_error',
      code: 'method_not_allowed',
      message: `${path.replace(/\/$/, '')} takes ${allow}, not ${method}.`,
    });
  });

  it.each([
    ['/v1/nothing', {}, 'openai'],
    ['/v1/nothing', { 'anthropic-version': '2023-06-01' }, 'anthropic'],
    ['/nothing', {}, 'openai'],
    ['/nothing', { 'x-api-key': 'anything' }, 'anthropic'],
    ['/', {}, 'openai'],
    ['/swagger.json', {}, 'openai'],
  ])('answers POST %s of %p in the shape of %s, whatever its body is', async (path, own, shape) => {
    const headers = keyed({ 'content-type': 'multipart/form-data', ...own });
    const answer = await ask(path, { method: 'POST', headers, body: 'not a form' });
    expect(answer.status).toBe(404);
    expect(answer.headers['content-type']).toContain('application/json');
    const body = JSON.parse(answer.text) as ErrorReply;
    expect(answer.headers['x-request-id']).toMatch(/^req_/);
    expect(body.error['code']).toBe('not_found');
    if (shape === 'openai') {
      expect(body.error).toMatchObject({ type: 'invalid_request_error', param: null });
      expect(body.type).toBeUndefined();
    } else {
      expect(body).toMatchObject({ type: 'error', error: { type: 'not_found_error' } });
      expect(body.request_id).toBe(answer.headers['request-id']);
    }
  });

  it('tells a caller without a key nothing of what there is under /v1', async () => {
    const paths = [
      '/v1/key',
      '/v1/nothing',
      '/v1/files',
      '/v1/v1/key',
      '//v1/nothing',
      '/%76%31/key',
      '/v1/',
      '/v1',
    ];
    const seen = new Set<string>();
    for (const path of paths) {
      for (const method of ['GET', 'DELETE']) {
        const answer = await ask(path, { method });
        const { date, 'x-request-id': id, ...headers } = answer.headers;
        expect([answer.status, typeof date, typeof id]).toEqual([401, 'string', 'string']);
        seen.add(JSON.stringify([headers, answer.text]));
      }
    }
    expect(seen.size).toBe(1);
  });

  it('leaves what orchestrators and Prometheus ask as it is', async () => {
    expect(await ask('/healthz')).toMatchObject({ status: 200, text: '{"status":"ok"}' });
    expect((await ask('/readyz')).status).toBe(200);
    expect((await ask('/metrics')).text).toContain('# HELP');
    expect((await ask('/', { method: 'HEAD' })).status).toBe(200);
  });
});
