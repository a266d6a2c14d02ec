import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../json.js';
import { CLAUDE, KIMI, refusal, translate } from '../testing/translations.js';
import { answerWithCalls } from '../testing/upstream-calls.js';

const read = { type: 'function', name: 'read', description: 'r', parameters: { type: 'object' } };
const fs = { type: 'namespace', name: 'mcp__fs', description: 'd', tools: [read] };
const db = { type: 'namespace', name: 'mcp__db', description: 'd', tools: [read] };
const shell = { type: 'function', name: 'shell', parameters: {} };
const both = [CLAUDE, KIMI];

function namesIn(sent: JsonObject): string[] {
  const tools = (sent['tools'] ?? []) as Array<{ name?: string; function?: { name: string } }>;
  return tools.map((tool) => tool.name ?? tool.function!.name);
}

function output(whole: JsonObject): JsonObject[] {
  return whole['output'] as JsonObject[];
}

describe.each(both)('a namespace of tools, to $format', (upstream) => {
  it('goes as functions, whose calls come back as they were declared', () => {
    const { sent, ignored, context } = translate(
      'responses',
      { input: 'x', tools: [fs, db, shell] },
      upstream,
    );
    expect(namesIn(sent)).toEqual(['mcp__fs__read', 'mcp__db__read', 'shell']);
    expect(ignored).toEqual([]);
    const { whole, frames } = answerWithCalls(upstream.format, 'responses', context, [
      { name: 'mcp__db__read', input: '{"a":1}' },
      { name: 'shell', input: '{}' },
    ]);
    const call = { type: 'function_call', call_id: 'call_0', arguments: '{"a":1}' };
    const expected = [
      { ...call, name: 'read', namespace: 'mcp__db' },
      { type: 'function_call', name: 'shell' },
    ];
    expect(output(whole)).toMatchObject(expected);
    expect(output(whole)[1]).not.toHaveProperty('namespace');
    const items = frames.filter(({ type }) => String(type).startsWith('response.output_item.'));
    expect(items.slice(0, 2)).toMatchObject([
      { item: { name: 'read', namespace: 'mcp__db', status: 'in_progress', arguments: '' } },
      { item: expected[0] },
    ]);
    expect(frames.at(-1)).toMatchObject({ response: { output: expected } });
  });

  it('is named in the history as it was declared, and by no other tool', () => {
    const call = { type: 'function_call', call_id: 'c', arguments: '{}', name: 'read' };
    const done = { type: 'function_call_output', call_id: 'c', output: 'o' };
    const clash = { type: 'function', name: 'mcp__fs__read', parameters: {} };
    const input = ['mcp__fs', 'mcp__gone', undefined].flatMap((namespace) => [
      { ...call, namespace },
      done,
    ]);
    const { sent } = translate('responses', { input, tools: [fs, clash] }, upstream);
    const [renamed, plain] = namesIn(sent);
    expect(plain).toBe('mcp__fs__read');
    expect(renamed).toMatch(/^mcp__fs__read_[0-9a-f]{8}$/);
    const calls = JSON.stringify(sent['messages']).match(/"name":"[^"]*"/g);
    expect(calls).toEqual([`"name":"${renamed}"`, '"name":"mcp__gone__read"', '"name":"read"']);
  });

  it('can be forced or allowed', () => {
    const tools = [fs, db, shell];
    const force = (tool_choice: object): JsonObject =>
      translate('responses', { input: 'x', tools, tool_choice }, upstream).sent;
    const forced = force({ type: 'function', name: 'read', namespace: 'mcp__db' });
    expect(JSON.stringify(forced['tool_choice'])).toContain('"mcp__db__read"');
    const allowed = [{ type: 'namespace', name: 'mcp__fs' }, { type: 'web_search' }];
    expect(namesIn(force({ type: 'allowed_tools', tools: allowed }))).toEqual(['mcp__fs__read']);
  });

  it('is declared by what an item brings along, once', () => {
    const item = { type: 'additional_tools', role: 'developer', tools: [fs, shell] };
    const found = { type: 'tool_search_output', execution: 'client', call_id: 's', tools: [fs] };
    const search = { type: 'tool_search_call', execution: 'client', call_id: 's', arguments: {} };
    const input = [{ role: 'user', content: 'hi' }, item, search, found];
    const { sent, ignored } = translate('responses', { input, tools: [shell] }, upstream);
    expect(namesIn(sent)).toEqual(['shell', 'mcp__fs__read']);
    expect(ignored).toEqual([]);
    expect(JSON.stringify(sent['messages'])).toContain('Found: mcp__fs__read');
  });
});

describe('a tool’s name that the upstream does not take', () => {
  it.each(both)('is made one that it takes, and restored: $format', (upstream) => {
    const name = 'fs.read:all';
    const body = { input: 'x', tools: [{ ...read, name }] };
    const { sent, context } = translate('responses', body, upstream);
    const [renamed] = namesIn(sent);
    expect(renamed).toMatch(/^fs_read_all_[0-9a-f]{8}$/);
    const calls = [{ name: renamed!, input: '{}' }];
    const { whole } = answerWithCalls(upstream.format, 'responses', context, calls);
    expect(output(whole)).toMatchObject([{ name }]);
  });

  it('keeps a long one in a namespace apart from others', () => {
    const long = 'n'.repeat(60);
    const tools = [{ ...fs, tools: [`${long}_a`, `${long}_b`].map((name) => ({ ...read, name })) }];
    const { sent, context } = translate('responses', { input: 'x', tools }, KIMI);
    const names = namesIn(sent);
    expect(new Set(names).size).toBe(2);
    expect(names.every((name) => name.length <= 64)).toBe(true);
    const calls = names.map((name) => ({ name, input: '{}' }));
    const { whole } = answerWithCalls('chat', 'responses', context, calls);
    expect(output(whole)).toMatchObject([
      { name: `${long}_a`, namespace: 'mcp__fs' },
      { name: `${long}_b`, namespace: 'mcp__fs' },
    ]);
  });
});

describe('a freeform tool in a namespace', () => {
  it('comes back as a custom call', () => {
    const tools = [
      { ...fs, tools: [{ type: 'custom', name: 'patch' }] },
      { ...read, name: 'patch' },
    ];
    const { context } = translate('responses', { input: 'x', tools }, KIMI);
    const calls = [
      { name: 'mcp__fs__patch', input: '{"input":"raw"}' },
      { name: 'patch', input: '{"input":"raw"}' },
    ];
    const { whole } = answerWithCalls('chat', 'responses', context, calls);
    expect(output(whole)).toMatchObject([
      { type: 'custom_tool_call', name: 'patch', namespace: 'mcp__fs', input: 'raw' },
      { type: 'function_call', name: 'patch', arguments: '{"input":"raw"}' },
    ]);
  });
});

describe('a choice of tools', () => {
  it.each([
    ['responses', { input: 'x', tools: [] }],
    ['responses', { input: 'x', tools: [{ type: 'web_search' }] }],
    [
      'responses',
      { input: 'x', tools: [{ type: 'shell', environment: { type: 'container_auto' } }] },
    ],
    ['chat', { messages: [{ role: 'user', content: 'x' }], tools: [] }],
  ] as const)('goes with the last tool: %s %j', (from, body) => {
    for (const upstream of both) {
      const choice = { tool_choice: 'auto', parallel_tool_calls: true };
      const { sent } = translate(from, { ...body, ...choice }, upstream);
      expect(sent).not.toHaveProperty('tool_choice');
      expect(sent).not.toHaveProperty('parallel_tool_calls');
      expect(sent).not.toHaveProperty('tools');
    }
  });

  it('is repeated with its mode', () => {
    const tool_choice = { type: 'allowed_tools', tools: [{ type: 'function', name: 'read' }] };
    const { context } = translate('responses', { input: 'x', tools: [read], tool_choice }, KIMI);
    expect(context.echo['tool_choice']).toEqual({ ...tool_choice, mode: 'auto' });
    const required = { ...tool_choice, mode: 'required' };
    expect(
      translate('responses', { input: 'x', tools: [read], tool_choice: required }, KIMI).context
        .echo['tool_choice'],
    ).toEqual(required);
  });
});

describe('what a Responses history may hold', () => {
  it.each(['compaction', 'compaction_trigger'])('is no %s for another vendor’s model', (type) => {
    for (const upstream of both) {
      const input = [
        { role: 'user', content: 'x' },
        { type, encrypted_content: 'e' },
      ];
      const { param, code } = refusal('responses', { input }, upstream);
      expect(param).toMatch(/^input\[1\]/);
      expect(code).toBe('unsupported_parameter');
    }
  });

  it('may be a result that answers no call, which the model is told of', () => {
    for (const upstream of both) {
      const result = { type: 'function_call_output', name: 'automation_update', output: 'ok' };
      const input = [{ role: 'user', content: 'x' }, result];
      const { sent } = translate('responses', { input }, upstream);
      const text = JSON.stringify(sent['messages']);
      expect(text).toMatch(/automation_update.*ok/);
      expect(text).not.toContain('tool_result');
      expect(text).not.toContain('"tool"');
    }
  });
});
