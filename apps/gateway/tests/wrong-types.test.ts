import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { answerLike } from './testing/stub-replies.js';
import { TestGateway } from './testing/test-gateway.js';

const noFlag = ['true', 1, [], {}];
const noText = [1, true, [], {}];
const noNumber = ['hot', true, [], {}, 1e308, -1e9];
const noInteger = ['1', 1.5, true, [], {}];
const user = (content: unknown) => [{ role: 'user', content }];

/** By member, what a server of a pool takes without a word and no client can mean. */
const wrongOnPool: Readonly<Record<string, readonly unknown[]>> = {
  temperature: noNumber,
  top_p: [...noNumber, 2, -1],
  metadata: ['x', 1, true, [], { a: 1 }],
  messages: [
    [],
    [1],
    [null],
    ['x'],
    [[]],
    [{}],
    [{ role: 1, content: 'x' }],
    [{ role: null, content: 'x' }],
    [{ role: 'emperor', content: 'x' }],
    [{ content: 'x' }],
    [{ role: 'user' }],
    [...user('x'), { role: 'user', content: null }],
    ...[1, true, {}, [1], ['x'], [[]], [{}], [{ type: 1 }], [{ type: 'nonsense' }]].map(user),
    ...[1, null, []].map((text) =>
      user([
        { type: 'text', text: 'x' },
        { type: [], text },
      ]),
    ),
    user([{ type: 'text', text: 1 }]),
  ],
  store: noFlag,
  stop: [1, true, {}, [1], Array(11).fill('x')],
  seed: ['x', 1.5, true, [], 1e308],
  top_k: [...noInteger, 1e308, -2],
  min_p: [...noNumber, 2],
  repetition_penalty: noNumber,
  stop_token_ids: ['x', 1, true, {}, [null], ['1'], [1.5], [-1]],
  bad_words: ['x', 1, true, {}, [1]],
  include_stop_str_in_output: noFlag,
  include_reasoning: noFlag,
  timings_per_token: noFlag,
  thinking: ['x', 1, true, [], { type: 1 }, { budget_tokens: 'x' }],
  thinking_token_budget: noInteger,
  presence_penalty: noNumber,
  frequency_penalty: noNumber,
  logit_bias: ['x', 1, true, [], { a: 'x' }],
  logprobs: noFlag,
  top_logprobs: [...noInteger, 1000, -1],
  response_format: [
    'x',
    1,
    true,
    [],
    { type: 1 },
    { type: 'nonsense' },
    { type: 'json_schema' },
    { type: 'json_schema', json_schema: 1 },
  ],
  tools: [
    [1],
    [{}],
    [{ type: 1 }],
    [{ type: 'function' }],
    [{ type: 'function', function: { name: 1 } }],
    [{ type: 'function', function: { name: 'x', parameters: 1 } }],
  ],
  tool_choice: [1, true, [], 'nonsense', {}, { type: 'function' }],
  parallel_tool_calls: noFlag,
  reasoning_effort: [...noText, 'enormous'],
  verbosity: [...noText, 'enormous'],
  functions: ['x', 1, true, {}],
  function_call: [1, []],
  user: noText,
  prompt_cache_key: noText,
  safety_identifier: noText,
  stream_options: ['x', 1, [], { include_usage: 'x' }],
};

interface Way {
  path: string;
  basis: object;
}
const turns = user('hi');
const ways: Readonly<Record<string, Way>> = {
  'chat to a pool': { path: 'chat/completions', basis: { model: 'kimi-k2.5', messages: turns } },
  'chat to its vendor': { path: 'chat/completions', basis: { model: 'gpt-5.4', messages: turns } },
  'chat to another vendor': {
    path: 'chat/completions',
    basis: { model: 'claude-sonnet-4-6', messages: turns },
  },
  'responses to their vendor': { path: 'responses', basis: { model: 'gpt-5.4', input: 'hi' } },
  'responses to a pool': { path: 'responses', basis: { model: 'kimi-k2.5', input: 'hi' } },
  'messages to their vendor': {
    path: 'messages',
    basis: { model: 'claude-sonnet-4-6', max_tokens: 9, messages: turns },
  },
  'messages to a pool': {
    path: 'messages',
    basis: { model: 'kimi-k2.5', max_tokens: 9, messages: turns },
  },
};

describe('a wrong type', () => {
  let gateway: TestGateway;
  let apiKey: string;

  beforeAll(async () => {
    gateway = await TestGateway.start();
    gateway.openai.answer = answerLike({ words: ['ok'] });
    ({ apiKey } = gateway.caller());
  });
  afterAll(() => gateway.stop());

  async function ask(way: string, members: object) {
    const { path, basis } = ways[way]!;
    const body = JSON.stringify({ ...basis, ...members });
    const reply = await gateway.post(apiKey, body, {}, `/v1/${path}`);
    const { error } = (await reply.json()) as { error?: { message: string; param?: string } };
    return { status: reply.status, message: error?.message, param: error?.param };
  }

  it.each(Object.entries(wrongOnPool))(
    'in %s is refused on a pool, before anything is reserved',
    async (name, values) => {
      const { length } = gateway.services.grants;
      for (const value of values) {
        const { status, param } = await ask('chat to a pool', { [name]: value });
        expect({ value, status, param: param?.match(/^\w+/)?.[0] }).toEqual({
          value,
          status: 400,
          param: name,
        });
      }
      expect(gateway.services.grants).toHaveLength(length);
      if (name !== 'messages') {
        expect((await ask('chat to a pool', { [name]: null })).status).toBe(200);
      }
    },
  );

  it.each([
    [{ messages: [[]] }, 'messages[0]'],
    [
      { messages: [...turns, { role: 'user', content: [{ type: 'text', text: 'x' }, 1] }] },
      'messages[1].content[1]',
    ],
    [
      {
        messages: [
          { content: 'x', role: 'user' },
          { role: 'x', content: '' },
        ],
      },
      'messages[1].role',
    ],
    [{ messages: [{ role: 'tool', tool_call_id: 'x' }] }, 'messages[0].content'],
    [
      { tools: [{ type: 'function', function: { name: 'x', parameters: 1 } }] },
      'tools[0].function.parameters',
    ],
    [{ response_format: { type: 'json_schema' } }, 'response_format.json_schema'],
  ])('of %j is named with its place: %s', async (members, param) => {
    expect(await ask('chat to a pool', members)).toMatchObject({ status: 400, param });
  });

  it('is not seen in what a pool may be sent', async () => {
    const call = { id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } };
    const messages = [
      { role: 'system', content: 'x' },
      { role: 'developer', content: [{ type: 'text', text: 'x' }] },
      { content: 'x', role: 'user', name: 'n' },
      { role: 'assistant', content: null, tool_calls: [call] },
      { role: 'tool', tool_call_id: 'c', content: '' },
      { role: 'assistant', tool_calls: [{ ...call, id: 'd' }] },
      { role: 'tool', tool_call_id: 'd', content: [{ type: 'text', text: '{"role":1}' }] },
      { role: 'assistant', content: 'x', reasoning_content: 'y' },
      { role: 'us\u0065r', content: [{ text: 'x', type: 'text' }] },
    ];
    const fine = {
      messages,
      stop: ['x'],
      logit_bias: {},
      metadata: { a: 'b' },
      seed: 2 ** 60,
      response_format: { type: 'text' },
      tools: [
        { type: 'function', function: { name: 'f', parameters: { type: 'object', role: 1 } } },
      ],
    };
    expect(await ask('chat to a pool', fine)).toMatchObject({ status: 200 });
  });

  it.each(Object.keys(ways))('in an identifier is 400 and never 500: %s', async (way) => {
    const names = way.startsWith('messages')
      ? ['metadata.user_id']
      : ['user', 'prompt_cache_key', 'safety_identifier'];
    const { length } = gateway.services.grants;
    for (const name of names) {
      for (const value of [...noText, 'x'.repeat(513)]) {
        const members =
          name === 'metadata.user_id' ? { metadata: { user_id: value } } : { [name]: value };
        const { status, message } = await ask(way, members);
        expect({ value, status, message }).toEqual({
          value,
          status: 400,
          message: expect.stringContaining(name),
        });
      }
    }
    expect(gateway.services.grants).toHaveLength(length);
  });

  it.each(['chat to its vendor', 'responses to their vendor'])(
    'in what the vendor does not get is ours to refuse: %s',
    async (way) => {
      for (const value of noFlag) {
        expect(await ask(way, { store: value })).toMatchObject({ status: 400, param: 'store' });
      }
      const metadata = way.startsWith('chat') ? 400 : 200;
      expect((await ask(way, { metadata: 'x' })).status).toBe(metadata);
    },
  );

  it('goes to the vendor whose format it is, for it to refuse in its own words', async () => {
    gateway.openai.answer = (res) => {
      const body = JSON.stringify({
        error: { message: 'own words', type: 'x', param: 'seed', code: null },
      });
      res.writeHead(400, { 'content-type': 'application/json' }).end(body);
    };
    for (const members of [
      { seed: 'x' },
      { messages: [] },
      { temperature: 'hot' },
      { messages: [{}] },
    ]) {
      expect(await ask('chat to its vendor', members)).toMatchObject({ message: 'own words' });
    }
  });
});
