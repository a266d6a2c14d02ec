import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../json.js';
import { GPT, KIMI, refusal, translate } from '../testing/translations.js';
import { answerWithCalls } from '../testing/upstream-calls.js';

const rows = [
  { type: 'bash_20250124', name: 'bash', takes: ['command', 'restart'] },
  { type: 'text_editor_20250124', name: 'str_replace_editor', takes: ['command', 'new_str'] },
  {
    type: 'text_editor_20250728',
    name: 'str_replace_based_edit_tool',
    takes: ['command', 'path', 'insert_text'],
  },
  { type: 'memory_20250818', name: 'memory', takes: ['command', 'old_path', 'insert_text'] },
];
const cases = rows.flatMap((row) => [KIMI, GPT].map((upstream) => ({ ...row, upstream })));
const chatAsked = { messages: [{ role: 'user', content: 'x' }] };
const asked = { max_tokens: 9, ...chatAsked };

describe.each(cases)('$type that the caller runs, to $upstream.format', (row) => {
  const { type, name, takes, upstream } = row;
  const tools = [{ type, name }];

  it('is a function with its published input, and is called by its name', () => {
    const { sent, ignored, context } = translate('messages', { ...asked, tools }, upstream);
    const [tool] = sent['tools'] as JsonObject[];
    const declared = (tool!['function'] as JsonObject | undefined) ?? tool!;
    const schema = declared['parameters'] as JsonObject;
    expect(declared).toMatchObject({ name, description: expect.any(String) as unknown });
    expect(schema['type']).toBe('object');
    expect(Object.keys(schema['properties'] as JsonObject)).toEqual(expect.arrayContaining(takes));
    expect(ignored).toEqual([]);
    const calls = [{ name, input: '{"command":"view"}' }];
    const { whole } = answerWithCalls(upstream.format, 'messages', context, calls);
    expect(whole).toMatchObject({
      stop_reason: 'tool_use',
      content: [{ type: 'tool_use', name, input: { command: 'view' } }],
    });
  });

  it('can be forced', () => {
    const body = { ...asked, tools, tool_choice: { type: 'tool', name } };
    expect(JSON.stringify(translate('messages', body, upstream).sent['tool_choice'])).toContain(
      `"${name}"`,
    );
  });
});

describe('a tool without arguments', () => {
  it.each([{ type: 'object' }, {}])('has the schema that OpenAI takes, for %j', (schema) => {
    const whole = { type: 'object', properties: {} };
    const parameters = (from: 'messages' | 'chat', body: object, upstream = GPT): unknown => {
      const [tool] = translate(from, body, upstream).sent['tools'] as JsonObject[];
      return ((tool!['function'] as JsonObject | undefined) ?? tool!)['parameters'];
    };
    const declared = { ...asked, tools: [{ name: 'ping', input_schema: schema }] };
    expect(parameters('messages', declared)).toEqual(whole);
    expect(parameters('messages', declared, KIMI)).toEqual(whole);
    const inner = { name: 'ping', parameters: schema };
    const chat = { ...chatAsked, tools: [{ type: 'function', function: inner }] };
    expect(parameters('chat', chat)).toEqual(whole);
  });
});

describe('a choice of tools', () => {
  it('goes with the last tool', () => {
    const tools = [{ type: 'web_search_20250305', name: 'web_search' }];
    for (const upstream of [KIMI, GPT]) {
      const tool_choice = { type: 'auto', disable_parallel_tool_use: true };
      const { sent } = translate('messages', { ...asked, tools, tool_choice }, upstream);
      for (const name of ['tools', 'tool_choice', 'parallel_tool_calls']) {
        expect(sent).not.toHaveProperty(name);
      }
    }
  });
});

describe('tools that are offered and withdrawn on the way', () => {
  it('are declared as they are at the end', () => {
    const reference = (name: string): object => ({ type: 'tool_reference', name });
    const definition = { name: 'late', input_schema: { type: 'object' } };
    const change = (type: string, tool: object): object => ({
      role: 'system',
      content: [{ type, tool }],
    });
    const messages = [
      { role: 'user', content: 'x' },
      change('tool_addition', { type: 'tool_definition', definition }),
      change('tool_removal', reference('early')),
      change('tool_removal', reference('back')),
      change('tool_addition', reference('back')),
    ];
    const tools = ['early', 'back'].map((name) => ({ name, input_schema: {} }));
    for (const upstream of [KIMI, GPT]) {
      const { sent, ignored } = translate('messages', { ...asked, messages, tools }, upstream);
      const names = JSON.stringify(sent['tools']).match(/"name":"[^"]*"/g);
      expect(names).toEqual(['"name":"back"', '"name":"late"']);
      expect(ignored).toEqual([]);
    }
  });
});

describe('what the caller has found by itself', () => {
  it.each([KIMI, GPT])('is text to other vendors’ models: $format', (upstream) => {
    const found = {
      type: 'search_result',
      source: 'https://example.com/a',
      title: 'Title',
      content: [
        { type: 'text', text: 'one' },
        { type: 'text', text: 'two' },
      ],
    };
    const content = [found, { type: 'tool_reference', tool_name: 'look' }];
    const { sent, ignored } = translate(
      'messages',
      {
        ...asked,
        messages: [
          { role: 'user', content: [found, { type: 'text', text: 'x' }] },
          { role: 'assistant', content: [{ type: 'tool_use', id: 'a', name: 'f', input: {} }] },
          { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'a', content }] },
        ],
      },
      upstream,
    );
    const said = JSON.stringify(sent);
    expect(said.split('Title\\nhttps://example.com/a\\n\\none\\n\\ntwo')).toHaveLength(3);
    expect(said).toContain('Found: look');
    expect(ignored).toEqual([]);
  });

  it('is apart from what Anthropic says of its own models', () => {
    const fallback = { type: 'fallback', from: { model: 'a' }, to: { model: 'b' } };
    const messages = [
      { role: 'user', content: 'x' },
      { role: 'assistant', content: [fallback, { type: 'text', text: 'y' }] },
      { role: 'user', content: 'z' },
    ];
    expect(translate('messages', { ...asked, messages }, KIMI).ignored).toEqual([
      'content.fallback',
    ]);
  });
});

describe('a conversation that Anthropic compacted', () => {
  it('goes on where its summary can be read, and is refused where it cannot', () => {
    const messages = (block: object): object[] => [
      { role: 'user', content: [{ type: 'compaction', ...block }] },
    ];
    for (const upstream of [KIMI, GPT]) {
      const readable = { ...asked, messages: messages({ content: 'Summed up.' }) };
      expect(JSON.stringify(translate('messages', readable, upstream).sent)).toContain(
        'Summed up.',
      );
      const sealed = { ...asked, messages: messages({ content: null, encrypted_content: 'e' }) };
      expect(refusal('messages', sealed, upstream).param).toMatch(/^messages\[0\].content\[0\]/);
    }
  });
});

describe('json_object with a schema beside it', () => {
  it('is that schema to every upstream', () => {
    const schema = { type: 'object', properties: { wanted: { type: 'string' } } };
    const format = { type: 'json_object', schema };
    for (const upstream of [KIMI, GPT]) {
      const chat = translate('chat', { ...chatAsked, response_format: format }, upstream);
      expect(JSON.stringify(chat.sent)).toContain('"wanted"');
      const responses = translate('responses', { input: 'x', text: { format } }, upstream);
      expect(JSON.stringify(responses.sent)).toContain('"wanted"');
    }
  });
});
