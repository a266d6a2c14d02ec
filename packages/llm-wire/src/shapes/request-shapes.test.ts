import { describe, expect, it } from '@jest/globals';
import type { UpstreamProfile } from '../conversation/upstream-profile.js';
import { CLAUDE, GPT, KIMI, refusal, translate } from '../testing/translations.js';
import type { WireFormat } from '../wire-format.js';

const turns = { messages: [{ role: 'user', content: 'hi' }] };
const basis: Readonly<Record<WireFormat, object>> = {
  chat: { model: 'm', ...turns },
  responses: { model: 'm', input: 'hi' },
  messages: { model: 'm', max_tokens: 64, ...turns },
};
const upstreams: Readonly<Record<WireFormat, readonly UpstreamProfile[]>> = {
  chat: [CLAUDE, GPT],
  responses: [CLAUDE, KIMI],
  messages: [GPT, KIMI],
};

const noFlag = ['true', 1, [], {}];
const noText = [1, 1.5, true, [], {}];
const noObject = ['x', 1, true, []];
const noNumber = ['hot', true, [], {}, 1e308, -1e9];
const noInteger = ['1', 1.5, true, [], {}];
const noCount = [...noInteger, 0, -1];
const tool = { type: 'function', function: { name: 'f' } };
const user = (content: unknown) => [{ role: 'user', content }];
const noTurns = [[], [1], [null], ['x'], [[]], [{}], [{ role: 1, content: 'x' }]];
const noParts = [1, {}, [1], [{}], [{ type: 1 }], [{ type: 'nonsense' }]];

interface Row {
  wrong: readonly unknown[];
  /** Taken, null among them. */
  right: readonly unknown[];
}

const openai: Readonly<Record<string, Row>> = {
  stream: { wrong: noFlag, right: [true, false] },
  store: { wrong: noFlag, right: [false] },
  user: { wrong: noText, right: ['u'] },
  prompt_cache_key: { wrong: noText, right: ['k'] },
  safety_identifier: { wrong: noText, right: ['s'] },
  metadata: {
    wrong: [...noObject, { a: 1 }, { a: {} }, { ...Array(17).fill('x') }],
    right: [{}, { a: 'b' }, { a: null }],
  },
  temperature: { wrong: [...noNumber, 2.1, -0.1], right: [0, 1, 2] },
  top_p: { wrong: [...noNumber, 2, -1], right: [0.5, 1] },
  top_logprobs: { wrong: [...noInteger, 21, -1, 1000], right: [0] },
  parallel_tool_calls: { wrong: noFlag, right: [true, false] },
};

const tables: Readonly<Record<WireFormat, Readonly<Record<string, Row>>>> = {
  chat: {
    ...openai,
    messages: {
      wrong: [
        'x',
        1,
        {},
        ...noTurns,
        [{ role: 'emperor', content: 'x' }],
        [{ content: 'x' }],
        [{ role: 'user' }],
        ...noParts.map(user),
      ],
      right: [user('x'), user([{ type: 'text', text: 'x' }])],
    },
    stream_options: { wrong: [...noObject, { include_usage: 1 }], right: [{}] },
    max_tokens: { wrong: noCount, right: [1] },
    max_completion_tokens: { wrong: noCount, right: [1] },
    n: { wrong: noCount, right: [1] },
    stop: {
      wrong: [1, true, {}, [1], Array(11).fill('x')],
      right: ['x', [], ['x'], Array(4).fill('x')],
    },
    presence_penalty: { wrong: [...noNumber, 3, -3], right: [0, 1] },
    frequency_penalty: { wrong: [...noNumber, 3, -3], right: [0, 1] },
    logit_bias: { wrong: [...noObject, { a: 'x' }, { 1: 101 }], right: [{}, { 1: -100 }] },
    seed: { wrong: noInteger, right: [0, -1, 2 ** 60] },
    logprobs: { wrong: noFlag, right: [false] },
    reasoning_effort: { wrong: [...noText, 'enormous'], right: ['none', 'high', 'max'] },
    verbosity: { wrong: [...noText, 'enormous'], right: ['low'] },
    response_format: {
      wrong: [
        ...noObject,
        {},
        { type: 1 },
        { type: 'nonsense' },
        { type: 'json_schema' },
        { type: 'json_schema', json_schema: 1 },
        { type: 'json_schema', json_schema: { name: 1 } },
        { type: 'json_schema', json_schema: { name: 'n', schema: 1 } },
      ],
      right: [
        { type: 'text' },
        { type: 'json_object' },
        { type: 'json_schema', json_schema: { name: 'n', schema: { type: 'object' } } },
      ],
    },
    tools: {
      wrong: [
        'x',
        {},
        [1],
        [{}],
        [{ type: 1 }],
        [{ type: 'function' }],
        [{ type: 'function', function: { name: 1 } }],
        [{ type: 'function', function: { name: 'x', parameters: 1 } }],
      ],
      right: [[], [tool], [{ type: 'web_search' }]],
    },
    tool_choice: {
      wrong: [1, true, [], 'nonsense', {}, { type: 'function' }],
      right: ['auto', 'none'],
    },
    functions: { wrong: ['x', 1, true, {}], right: [] },
    function_call: { wrong: [1, []], right: [] },
  },
  responses: {
    ...openai,
    input: {
      wrong: [
        1,
        {},
        [],
        [1],
        [null],
        [{}],
        [{ type: 'nonsense' }],
        [{ role: 1, content: 'x' }],
        ...noParts.map(user),
      ],
      right: ['x', user('x'), [...user('x'), { type: 'web_search_call' }, { type: 'acme:thing' }]],
    },
    instructions: { wrong: noText, right: ['x'] },
    max_output_tokens: { wrong: noCount, right: [16] },
    max_tool_calls: { wrong: noCount, right: [1] },
    truncation: { wrong: [...noText, 'nonsense'], right: ['auto', 'disabled'] },
    include: {
      wrong: ['x', 1, {}, [1], ['nonsense'], [null]],
      right: [[], ['reasoning.encrypted_content', 'file_search_call.results']],
    },
    reasoning: {
      wrong: [...noObject, { summary: 1 }, { summary: 'x' }, { effort: 1 }, { effort: 'x' }],
      right: [{}, { summary: 'auto', effort: 'low' }, { effort: null }],
    },
    text: {
      wrong: [
        ...noObject,
        { format: 1 },
        { format: { type: 'x' } },
        { format: { type: 'json_schema' } },
        { verbosity: 'x' },
      ],
      right: [{}, { format: { type: 'text' } }, { verbosity: 'low' }],
    },
    stream_options: { wrong: [...noObject, { include_obfuscation: 1 }], right: [{}] },
    tools: {
      wrong: ['x', {}, [1], [{}], [{ type: 1 }], [{ type: 'function', name: 1 }]],
      right: [[], [{ type: 'function', name: 'f', parameters: null }], [{ type: 'acme:x' }]],
    },
    tool_choice: { wrong: [1, true, [], 'nonsense', {}, { type: 1 }], right: ['auto', 'none'] },
  },
  messages: {
    messages: {
      wrong: ['x', 1, {}, ...noTurns, [{ role: 'emperor', content: 'x' }], ...noParts.map(user)],
      right: [user('x'), user([{ type: 'text', text: 'x' }, { type: 'web_search_tool_result' }])],
    },
    system: {
      wrong: [1, true, {}, [1], [{}], [{ type: 'nonsense' }]],
      right: ['x', [{ type: 'text', text: 'x' }]],
    },
    max_tokens: { wrong: noCount, right: [1] },
    stream: { wrong: noFlag, right: [true, false] },
    temperature: { wrong: [...noNumber, 1.1, -0.1], right: [0, 1] },
    top_p: { wrong: [...noNumber, 2, -1], right: [0.5, 1] },
    top_k: { wrong: [...noInteger, -1], right: [0, 5] },
    stop_sequences: { wrong: ['x', 1, {}, [1], [null]], right: [[], ['x']] },
    metadata: {
      wrong: [...noObject, { a: 1 }, { user_id: 1 }, { user_id: {} }],
      right: [{}, { user_id: 'u' }],
    },
    cache_control: { wrong: [...noObject, {}, { type: 1 }], right: [{ type: 'ephemeral' }] },
    thinking: { wrong: [...noObject, {}, { type: 1 }], right: [{ type: 'disabled' }] },
    output_config: { wrong: [...noObject, { effort: 1 }], right: [{}, { effort: 'low' }] },
    tools: {
      wrong: ['x', {}, [1], [{}], [{ name: 'x' }], [{ name: 1, input_schema: {} }], [{ type: 1 }]],
      right: [[], [{ name: 'x', input_schema: {} }], [{ type: 'web_search_20250305', name: 'w' }]],
    },
    tool_choice: { wrong: ['auto', 1, [], {}, { type: 'x' }, { type: 'tool' }], right: [] },
  },
};

const rows = Object.entries(tables).flatMap(([format, table]) =>
  Object.entries(table).map(([name, row]) => [format as WireFormat, name, row] as const),
);

describe('a request that is translated', () => {
  it.each(rows)('has in %s.%s what it may have, and is refused otherwise', (format, name, row) => {
    for (const upstream of upstreams[format]) {
      for (const value of row.wrong) {
        const { param } = refusal(format, { ...basis[format], [name]: value }, upstream);
        expect({ value, param }).toEqual({ value, param: expect.stringMatching(startOf(name)) });
      }
      // What must be there cannot be null.
      const needed = ['messages', 'input', 'max_tokens'].includes(name) && name in basis[format];
      for (const value of needed ? row.right : [...row.right, null]) {
        expect(() =>
          translate(format, { ...basis[format], [name]: value }, upstream),
        ).not.toThrow();
      }
    }
  });

  it('is named with the place of what is wrong', () => {
    const wrong = [
      [
        'chat',
        { tools: [tool, { type: 'function', function: { name: 1 } }] },
        'tools[1].function.name',
      ],
      [
        'chat',
        { messages: user([{ type: 'text' }, { type: 'x' }]) },
        'messages[0].content[1].type',
      ],
      ['responses', { include: ['reasoning.encrypted_content', 'x'] }, 'include[1]'],
      ['responses', { text: { format: { type: 'json_schema' } } }, 'text.format.schema'],
      ['messages', { tools: [{ name: 'x' }] }, 'tools[0].input_schema'],
      ['messages', { metadata: { user_id: 1 } }, 'metadata.user_id'],
    ] as const;
    for (const [format, members, param] of wrong) {
      expect(refusal(format, { ...basis[format], ...members }, KIMI).param).toBe(param);
    }
  });
});

function startOf(name: string): RegExp {
  return new RegExp(`^${name}([.[]|$)`);
}
