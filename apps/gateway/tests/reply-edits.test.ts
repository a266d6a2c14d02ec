import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { answerLike } from './testing/stub-replies.js';
import { chatChunk, chatReplyBody, json, sendStream } from './testing/stub-upstream.js';
import { TestGateway } from './testing/test-gateway.js';

const ids = {
  prompt_cache_key: 'schlüssel "1"',
  safety_identifier: 'someone',
  user: 'u-1',
};

describe('what a reply says of its request', () => {
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await TestGateway.start();
  });
  afterAll(() => gateway.stop());

  async function ask(path: string, body: object): Promise<string> {
    const { apiKey } = gateway.caller();
    const reply = await gateway.post(apiKey, JSON.stringify(body), {}, path);
    expect(reply.status).toBe(200);
    return reply.text();
  }

  it.each([true, false])(
    'has the caller’s own ids, and not those sent (stream: %s)',
    async (stream) => {
      gateway.openai.answer = (res, request) => {
        const sent = Object.fromEntries(Object.keys(ids).map((key) => [key, request.json[key]]));
        expect(Object.values(sent)).not.toContain(ids.user);
        const response = {
          id: 'resp_1',
          object: 'response',
          status: 'completed',
          output: [],
          usage: { input_tokens: 3, output_tokens: 4 },
          ...sent,
        };
        if (!stream) return json(res, 200, response);
        const event = { type: 'response.completed', response };
        sendStream(res, [`event: response.completed\ndata: ${JSON.stringify(event)}\n\n`]);
      };
      gateway.east.answer = gateway.west.answer = answerLike({ words: ['ok'] });
      for (const model of ['gpt-5.4', 'kimi-k2.5']) {
        const text = await ask('/v1/responses', { model, input: 'hi', stream, ...ids });
        for (const [key, value] of Object.entries(ids)) {
          expect(text).toContain(`"${key}":${JSON.stringify(value)}`);
        }
      }
    },
  );

  it.each([true, false])('has the model’s own name on every way (stream: %s)', async (stream) => {
    const named = { model: 'upstream-kimi-k2.5' };
    const words = `"model":"${named.model}"`;
    gateway.east.answer = gateway.west.answer = (res) => {
      if (!stream)
        return json(res, 200, { ...(JSON.parse(chatReplyBody(words)) as object), ...named });
      const ended = { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }], ...named };
      sendStream(res, [chatChunk({ content: words }, named), chatChunk({}, ended)]);
    };
    const messages = [{ role: 'user', content: 'hi' }];
    const text = await ask('/v1/chat/completions', { model: 'kimi-k2.5', messages, stream });
    expect(text).toContain('"model":"kimi-k2.5"');
    expect(text).not.toContain('"model":"upstream-kimi-k2.5"');
    expect(text).toContain('\\"model\\":\\"upstream-kimi-k2.5\\"');
  });

  it.each([true, false])(
    'names a pool’s reasoning as it is documented (stream: %s)',
    async (stream) => {
      const said = 'so "reasoning":"x"';
      gateway.east.answer = gateway.west.answer = (res) => {
        const message = { role: 'assistant', content: said, reasoning: said };
        const choice = { index: 0, finish_reason: 'stop' };
        if (!stream) {
          const body = JSON.parse(chatReplyBody('')) as object;
          return json(res, 200, { ...body, choices: [{ ...choice, message }] });
        }
        sendStream(res, [
          chatChunk(message),
          chatChunk({}, { choices: [{ ...choice, delta: {} }] }),
        ]);
      };
      const messages = [{ role: 'user', content: 'hi' }];
      const text = await ask('/v1/chat/completions', { model: 'kimi-k2.5', messages, stream });
      expect(text).toContain(`"reasoning_content":${JSON.stringify(said)}`);
      expect(text).toContain(`"content":${JSON.stringify(said)}`);
    },
  );

  it('has every member of Anthropic’s model in its list', async () => {
    const { anthropic } = gateway.caller();
    const model = await anthropic.models.retrieve('kimi-k2.5');
    expect(model).toMatchObject({
      type: 'model',
      max_tokens: 64_000,
      max_input_tokens: 200_000,
      lifecycle: 'active',
      capabilities: null,
      line: null,
      deprecated_at: null,
      retires_at: null,
    });
  });
});
