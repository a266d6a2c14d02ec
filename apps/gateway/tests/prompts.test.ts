import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { answerLike } from './testing/stub-replies.js';
import { TestGateway } from './testing/test-gateway.js';

const user = { role: 'user', content: 'hi' };
const messages = [
  { role: 'system', content: 'word '.repeat(1_000) },
  user,
  { role: 'assistant', content: 'ok' },
  user,
];

describe('how a prompt is put to its model', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await TestGateway.start();
    for (const stub of [gateway.openai, gateway.anthropic, gateway.east, gateway.west]) {
      stub.answer = answerLike({ words: ['ok'] });
    }
  });
  afterAll(() => gateway.stop());

  const chat = (body: object, headers = {}) =>
    gateway.post(gateway.caller().apiKey, JSON.stringify(body), headers);

  /** The body that one of the pools got. */
  async function toPool(body: object) {
    const pools = [gateway.east, gateway.west];
    const before = pools.map(({ received }) => received.length);
    const reply = await chat({ model: 'kimi-k2.5', messages: [user], ...body });
    const called = pools.find(({ received }, i) => received.length > before[i]!);
    return { sent: called?.last.json, ignored: reply.headers.get('x-modelbridge-ignored') };
  }

  it('marks for Claude what it is to cache, and holds what that costs, unless it is told not to', async () => {
    const body = { model: 'claude-sonnet-4-6', max_tokens: 64, messages };
    const holds: bigint[] = [];
    const bodies: string[] = [];
    for (const headers of [{}, { 'x-modelbridge-prompt-cache': 'off' }]) {
      expect((await chat(body, headers)).status).toBe(200);
      bodies.push(gateway.anthropic.last.body);
      holds.push(gateway.services.grants.at(-1)!.minimumNanoUsd);
    }
    expect(bodies.map((sent) => sent.split('"cache_control"').length - 1)).toEqual([3, 0]);
    expect(holds[0]).toBeGreaterThan(holds[1]!);
    const misspelled = await chat(body, { 'x-modelbridge-prompt-cache': 'no' });
    expect(misspelled.status).toBe(400);
  });

  it.each<[string, object, object]>([
    ['an effort of none', { reasoning_effort: 'none' }, { thinking: false }],
    ['the vendors’ own switch', { thinking: { type: 'disabled' } }, { thinking: false }],
    ['an effort', { reasoning_effort: 'xhigh' }, { thinking: true }],
    ['OpenRouter’s switch', { reasoning: { enabled: false } }, { thinking: false }],
    ['OpenRouter’s effort', { reasoning: { effort: 'high' } }, { thinking: true }],
    [
      'the caller’s own word, which counts',
      { reasoning_effort: 'none', chat_template_kwargs: { thinking: true, clear_thinking: false } },
      { thinking: true, clear_thinking: false },
    ],
  ])('tells a pool’s template to think or not, by %s', async (_, asked, kwargs) => {
    const { sent, ignored } = await toPool(asked);
    expect(sent?.['chat_template_kwargs']).toEqual(kwargs);
    expect(ignored).toBeNull();
    if ('reasoning_effort' in asked) {
      const known = asked.reasoning_effort === 'xhigh' ? 'high' : 'none';
      expect(sent?.['reasoning_effort']).toBe(known);
    }
  });

  it.each([
    [{ thinking: { type: 'disabled' } }, 'none'],
    [{ reasoning: { enabled: false } }, 'none'],
    [{ reasoning: { effort: 'high' } }, 'high'],
    [{ reasoning: { max_tokens: 2_000 } }, 'low'],
  ])('tells OpenAI in its own word: %j', async (asked, effort) => {
    const reply = await chat({ model: 'gpt-5.4', messages: [user], ...asked });
    expect(reply.status).toBe(200);
    expect(reply.headers.get('x-modelbridge-ignored')).toBeNull();
    const { thinking, reasoning, reasoning_effort } = gateway.openai.last.json;
    expect([thinking, reasoning, reasoning_effort]).toEqual([undefined, undefined, effort]);
  });

  it('names what says nothing to OpenAI', async () => {
    const reply = await chat({
      model: 'gpt-5.4',
      messages: [user],
      reasoning: { exclude: true },
    });
    expect(reply.headers.get('x-modelbridge-ignored')).toBe('reasoning');
    expect(gateway.openai.last.json).not.toHaveProperty('reasoning');
  });

  it('leaves a pool to itself where nothing is said', async () => {
    const { sent } = await toPool({});
    expect(sent).not.toHaveProperty('chat_template_kwargs');
  });
});
