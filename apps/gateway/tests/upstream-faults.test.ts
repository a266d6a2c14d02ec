import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { json, sendStream } from './testing/stub-upstream.js';
import { framesFor } from './testing/stub-replies.js';
import { TestGateway } from './testing/test-gateway.js';

const turns = [{ role: 'user', content: 'hi' }];
const asks = {
  '/v1/chat/completions': { messages: turns },
  '/v1/responses': { input: 'hi' },
  '/v1/messages': { messages: turns, max_tokens: 64 },
};

describe('what an upstream refuses', () => {
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await TestGateway.start();
  });
  afterAll(() => gateway.stop());

  async function refused(
    model: string,
    status: number,
    error: object,
    headers: Record<string, string> = {},
  ) {
    let calls = 0;
    for (const upstream of [gateway.openai, gateway.anthropic, gateway.east, gateway.west]) {
      upstream.answer = (res) => {
        calls++;
        json(res, status, { type: 'error', error }, headers);
      };
    }
    const replies = [];
    for (const [path, body] of Object.entries(asks)) {
      const { apiKey } = gateway.caller();
      const reply = await gateway.post(apiKey, JSON.stringify({ model, ...body }), {}, path);
      replies.push({ reply, body: (await reply.json()) as { error: Record<string, unknown> } });
    }
    return { replies, calls };
  }

  it('names the model and who refused, and not where the gateway itself refuses', async () => {
    const error = { message: 'bad tool', type: 'invalid_request_error' };
    const { replies } = await refused('claude-sonnet-4-6', 400, error);
    for (const { reply } of replies) {
      expect(reply.headers.get('x-modelbridge-error-source')).toBe('provider');
      expect(reply.headers.get('x-modelbridge-model')).toBe('claude-sonnet-4-6');
      expect(reply.headers.get('x-modelbridge-provider')).toBe('anthropic');
      expect(reply.headers.get('x-modelbridge-region')).toBe('us-east');
    }
    const { apiKey } = gateway.caller();
    const own = await gateway.post(apiKey, JSON.stringify({ model: 'gpt-5.4' }));
    expect(own.status).toBe(400);
    expect(own.headers.get('x-modelbridge-error-source')).toBeNull();
  });

  it.each([429, 529])('says when to come back with every %i', async (status) => {
    const error = { message: 'Please try again in 11.054s.', type: 'rate_limit_error' };
    for (const [headers, seconds] of [
      [{}, '12'],
      [{ 'retry-after': 'soon' }, '12'],
      [{ 'retry-after': '86400' }, '60'],
    ] as const) {
      for (const { reply } of (await refused('gpt-5.4', status, error, headers)).replies) {
        expect(reply.status).toBe(status);
        expect(reply.headers.get('retry-after')).toBe(seconds);
        expect(reply.headers.get('x-should-retry')).toBe('true');
      }
    }
  });

  it('is not asked elsewhere of a server whose parser the reply has beaten', async () => {
    const error = { code: 500, message: 'Failed to parse input at pos 3: <', type: 'server_error' };
    const { replies, calls } = await refused('kimi-k2.5', 500, error);
    expect(calls).toBe(replies.length);
    for (const { reply } of replies) expect(reply.status).toBe(502);
  });

  it('is the request’s fault where the server says so with a 500', async () => {
    const error = { code: 500, message: 'image input is not supported', type: 'server_error' };
    const { replies, calls } = await refused('kimi-k2.5', 500, error);
    expect(calls).toBe(replies.length);
    for (const { reply, body } of replies) {
      expect(reply.status).toBe(400);
      expect(body.error).toMatchObject({
        type: 'invalid_request_error',
        message: 'image input is not supported',
      });
    }
  });

  it('has the code by which agents compact where the prompt does not fit', async () => {
    const error = {
      code: 400,
      message: 'the request exceeds the available context size, try increasing it',
      type: 'exceed_context_size_error',
      n_ctx: 4_096,
    };
    const { replies } = await refused('kimi-k2.5', 400, error);
    for (const { body } of replies.slice(0, 2)) {
      expect(body.error['code']).toBe('context_length_exceeded');
    }
  });

  it('keeps the delay that Codex reads out of a failed response', async () => {
    const code = 'rate_limit_exceeded';
    const message =
      'Rate limit reached in organization org-canary12345. Please try again in 11.054s.';
    const failed = {
      type: 'response.failed',
      sequence_number: 2,
      response: { id: 'resp_1', status: 'failed', error: { code, message } },
    };
    const frames = [
      ...framesFor('/responses', { words: [] }).slice(0, 2),
      `event: response.failed\ndata: ${JSON.stringify(failed)}\n\n`,
    ];
    gateway.openai.answer = (res) => sendStream(res, frames);
    const { apiKey } = gateway.caller();
    const asked = JSON.stringify({ model: 'gpt-5.4', input: 'hi', stream: true });
    const text = await (await gateway.post(apiKey, asked, {}, '/v1/responses')).text();
    expect(text).toContain('try again in 11.054s');
    expect(text).toContain(`"error":{"code":"${code}"`);
    expect(text).not.toContain('canary');
  });
});
