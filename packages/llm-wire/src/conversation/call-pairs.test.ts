import { describe, expect, it } from '@jest/globals';
import { CLAUDE, GPT, KIMI, translate } from '../testing/translations.js';
import { type Vendor, violations } from '../testing/vendor-rules.js';

const user = (content: string) => ({ role: 'user', content });
const call = (...ids: string[]) => ({
  role: 'assistant',
  content: null,
  tool_calls: ids.map((id) => ({
    id,
    type: 'function',
    function: { name: 'f', arguments: `{"of":"${id}"}` },
  })),
});
const cutCall = {
  role: 'assistant',
  content: null,
  tool_calls: [{ id: 'a', type: 'function', function: { name: 'f', arguments: '{"of": "' } }],
};
const result = (id: string, content = `result of ${id}`) => ({
  role: 'tool',
  tool_call_id: id,
  content,
});
const tools = [{ type: 'function', function: { name: 'f', parameters: { type: 'object' } } }];

const HISTORIES: Record<string, { messages: object[]; named: string[] }> = {
  'ids that repeat in every turn': {
    messages: [
      user('x'),
      call('call_0', 'call_1'),
      result('call_0', 'first'),
      result('call_1'),
      call('call_0'),
      result('call_0', 'second'),
      user('y'),
    ],
    named: [],
  },
  'one id for two calls of a turn': {
    messages: [user('x'), call('a', 'a'), result('a', 'first'), result('a', 'second')],
    named: [],
  },
  'calls without an id': {
    messages: [user('x'), call(''), result('', 'first'), call(''), result('', 'second')],
    named: [],
  },
  'a call whose arguments were cut off': {
    messages: [user('x'), cutCall, result('a', 'could not be read'), user('y')],
    named: [],
  },
  'a call without its result': {
    messages: [user('x'), call('a', 'b'), result('b'), user('y')],
    named: ['messages.tool_calls'],
  },
  'a call at the end': { messages: [user('x'), call('a')], named: ['messages.tool_calls'] },
  'a result of no call': {
    messages: [user('x'), result('a', 'said'), user('y')],
    named: ['messages.tool'],
  },
  'a second result of one call': {
    messages: [user('x'), call('a'), result('a', 'first'), result('a', 'again')],
    named: ['messages.tool'],
  },
  'a result behind what the user said': {
    messages: [user('x'), call('a'), user('y'), result('a', 'late'), user('z')],
    named: [],
  },
  'a result behind another answer': {
    messages: [user('x'), call('a'), user('y'), call('b'), result('b'), result('a', 'late')],
    named: [],
  },
};

const UPSTREAMS: Array<[Vendor, typeof CLAUDE]> = [
  ['anthropic', CLAUDE],
  ['openai_responses', GPT],
  ['pool', KIMI],
];

describe.each(UPSTREAMS)('to %s', (vendor, upstream) => {
  it.each(Object.entries(HISTORIES))('%s', (_name, { messages, named }) => {
    const { sent, ignored } = translate('chat', { messages, tools }, upstream);
    expect(violations(vendor, sent)).toEqual([]);
    expect(ignored).toEqual(named);
    const said = JSON.stringify(sent);
    for (const message of messages) {
      if ('tool_call_id' in message && 'content' in message)
        expect(said).toContain(message.content);
    }
  });
});

describe('ids that repeat', () => {
  it('keep each result with its own call', () => {
    const { messages } = HISTORIES['ids that repeat in every turn']!;
    const { sent } = translate('chat', { messages, tools }, KIMI);
    const written = sent['messages'] as Array<Record<string, unknown>>;
    const ids = written.map((message) =>
      message['tool_calls']
        ? (message['tool_calls'] as Array<{ id: string }>).map(({ id }) => id)
        : (message['tool_call_id'] ?? message['role']),
    );
    expect(ids).toEqual([
      'user',
      ['call_0', 'call_1'],
      'call_0',
      'call_1',
      ['call_0_2'],
      'call_0_2',
      'user',
    ]);
  });
});

describe('what says nothing', () => {
  it.each([
    [[user('')], ['user']],
    [
      [user('x'), { role: 'assistant', content: ' ' }, user('y')],
      ['user', 'user'],
    ],
    [
      [user('x'), { role: 'assistant', content: 'a' }, user(' ')],
      ['user', 'assistant', 'user'],
    ],
    [
      [{ role: 'assistant', content: 'Hello' }, user('x')],
      ['user', 'assistant', 'user'],
    ],
    [[{ role: 'system', content: '' }], ['user']],
  ])('goes to Anthropic as words, or not at all: %j', (messages, roles) => {
    const { sent } = translate('chat', { messages }, CLAUDE);
    expect(violations('anthropic', sent)).toEqual([]);
    expect((sent['messages'] as Array<{ role: string }>).map(({ role }) => role)).toEqual(roles);
  });
});
