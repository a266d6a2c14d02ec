import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { answerLike } from './testing/stub-replies.js';
import { json, type StubUpstream } from './testing/stub-upstream.js';
import { TestGateway } from './testing/test-gateway.js';

const user = { role: 'user', content: 'go on' };
const thinking = { type: 'thinking', thinking: 'hm', signature: 'openai.gAAAAABo' };
const said = { type: 'text', text: 'ok' };
const image = {
  type: 'image',
  source: { type: 'base64', media_type: 'image/png', data: 'AAAA' },
};

describe('a conversation that another model began', () => {
  let gateway: TestGateway;
  let apiKey: string;
  beforeAll(async () => {
    gateway = await TestGateway.start();
    ({ apiKey } = gateway.caller());
    for (const stub of upstreams()) stub.answer = answerLike({ words: ['ok'] });
  });
  afterAll(() => gateway.stop());

  function upstreams(): StubUpstream[] {
    return [gateway.openai, gateway.anthropic, gateway.east, gateway.west];
  }

  /** The reply, and the body that the upstream got. */
  async function post(path: string, body: object) {
    const before = upstreams().map(({ received }) => received.length);
    const reply = await gateway.post(apiKey, JSON.stringify(body), {}, path);
    const called = upstreams().find(({ received }, i) => received.length > before[i]!);
    return { reply, sent: called?.last.json, ignored: reply.headers.get('x-modelbridge-ignored') };
  }

  it('goes on with Claude without the other’s thinking, and can be counted', async () => {
    const messages = [user, { role: 'assistant', content: [thinking, said] }, user];
    const body = { model: 'claude-sonnet-4-6', max_tokens: 64, messages };
    const mended = [user, { role: 'assistant', content: [said] }, user];
    const { reply, sent, ignored } = await post('/v1/messages', body);
    expect(reply.status).toBe(200);
    expect(sent?.['messages']).toEqual(mended);
    expect(ignored).toBe('messages.thinking');
    gateway.anthropic.answer = (res) => json(res, 200, { input_tokens: 7 });
    const counted = await post('/v1/messages/count_tokens', body);
    expect(counted.reply.status).toBe(200);
    expect(counted.sent?.['messages']).toEqual(mended);
    gateway.anthropic.answer = answerLike({ words: ['ok'] });
  });

  it('goes on with GPT without the other’s reasoning', async () => {
    const { sent, ignored } = await post('/v1/responses', {
      model: 'gpt-5.4',
      input: [user, { type: 'reasoning', summary: [], encrypted_content: 'anthropic.Eq' }, user],
    });
    expect(sent?.['input']).toEqual([user, user]);
    expect(ignored).toBe('input.reasoning');
    const assistant = { role: 'assistant', content: 'ok', reasoning_content: 'hm' };
    const chat = await post('/v1/chat/completions', { model: 'gpt-5.4', messages: [assistant] });
    expect(chat.sent?.['messages']).toEqual([{ role: 'assistant', content: 'ok' }]);
  });

  it('goes on with a pool in the field that its server reads', async () => {
    const assistant = { role: 'assistant', content: 'ok', reasoning_content: 'hm' };
    const messages = [user, assistant, user];
    const native = await post('/v1/chat/completions', { model: 'kimi-k2.5', messages });
    expect(native.sent?.['messages']).toEqual([user, { ...assistant, reasoning: 'hm' }, user]);
    const content = [{ ...thinking, signature: '' }, said];
    const translated = await post('/v1/messages', {
      model: 'kimi-k2.5',
      max_tokens: 64,
      messages: [user, { role: 'assistant', content }, user],
    });
    expect(translated.sent?.['messages']).toMatchObject([
      user,
      { role: 'assistant', content: 'ok', reasoning: 'hm', reasoning_content: 'hm' },
      user,
    ]);
  });

  it('goes on with a model that sees nothing, and says what it does not see', async () => {
    const call = { type: 'tool_use', id: 'toolu_1', name: 'read', input: {} };
    const result = { type: 'tool_result', tool_use_id: 'toolu_1', content: [image] };
    const messages = [
      user,
      { role: 'assistant', content: [call] },
      { role: 'user', content: [result] },
    ];
    const body = { model: 'kimi-k2.5', max_tokens: 64, messages };
    const { reply, sent, ignored } = await post('/v1/messages', body);
    expect(reply.status).toBe(200);
    const line = '[Here was an image. It is left out: kimi-k2.5 takes no images.]';
    expect((sent?.['messages'] as object[])[2]).toMatchObject({ role: 'tool', content: line });
    expect(ignored).toBe('content.image');
    const anew = { role: 'user', content: [image] };
    const refused = await post('/v1/messages', { ...body, messages: [user, anew] });
    expect(refused.reply.status).toBe(400);
    expect(refused.sent).toBeUndefined();
  });
});
