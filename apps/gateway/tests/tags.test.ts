import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { answerLike } from './testing/stub-replies.js';
import { TestGateway } from './testing/test-gateway.js';

const messages = [{ role: 'user', content: 'hi' }];
const large = [{ role: 'user', content: 'word '.repeat(200_000) }];
const header = { 'x-modelbridge-tags': 'stage=ci,project=atlas' };

describe('tags of requests', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await TestGateway.start();
    for (const stub of [gateway.openai, gateway.anthropic, gateway.east, gateway.west]) {
      stub.answer = answerLike({ words: ['ok'] });
    }
  });
  afterAll(() => gateway.stop());

  const bodies = {
    '/v1/chat/completions': { messages },
    '/v1/responses': { input: 'hi' },
    '/v1/messages': { messages, max_tokens: 64 },
  };
  const models = ['claude-sonnet-4-6', 'gpt-5.4', 'kimi-k2.5'];
  const cases = Object.entries(bodies).flatMap(([path, body]) =>
    models.flatMap((model) =>
      [false, true].map((stream) => ({ path, body: { ...body, model, stream } })),
    ),
  );

  async function send(path: string, body: object, headers: Record<string, string>) {
    const { apiKey } = gateway.caller();
    const reply = await fetch(gateway.url + path, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${apiKey}`,
        'content-type': 'application/json',
        ...headers,
      },
      body: JSON.stringify(body),
    });
    const requestId = reply.headers.get('x-request-id');
    return { requestId, status: reply.status, text: await reply.text() };
  }

  it('are in the record of each API, whole and streamed, of each provider, and are not sent on', async () => {
    const ids = await Promise.all(
      cases.map(async ({ path, body }) => {
        const { requestId, status } = await send(path, body, header);
        expect({ path, body, status }).toEqual({ path, body, status: 200 });
        return requestId;
      }),
    );
    for (const id of ids) {
      const record = await gateway.record(id);
      expect(JSON.stringify(record.tags)).toBe('{"project":"atlas","stage":"ci"}');
    }
    for (const stub of [gateway.openai, gateway.anthropic]) {
      expect(stub.last.headers).not.toHaveProperty('x-modelbridge-tags');
    }
  });

  it('are in the record of a body that a worker thread plans, and absent where none were given', async () => {
    const body = { model: 'gpt-5.4', messages: large };
    const { requestId } = await send('/v1/chat/completions', body, header);
    expect(await gateway.record(requestId)).toMatchObject({ tags: { project: 'atlas' } });
    const { requestId: without } = await send('/v1/chat/completions', { ...body, messages }, {});
    expect(await gateway.record(without)).not.toHaveProperty('tags');
  });

  it('that are none are refused in the caller’s shape, and nothing is held', async () => {
    const before = gateway.services.grants.length;
    for (const [path, body] of Object.entries(bodies)) {
      for (const said of [messages, large]) {
        const asked = { ...body, ...('input' in body ? {} : { messages: said }), model: 'gpt-5.4' };
        const { status, text } = await send(path, asked, { 'x-modelbridge-tags': 'a b' });
        expect([status, text]).toEqual([400, expect.stringContaining('x-modelbridge-tags')]);
      }
    }
    expect(gateway.services.grants).toHaveLength(before);
  });
});
