import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../json.js';
import { scanBody } from '../json-scan/scan-body.js';
import { spliceTopLevel } from '../json-scan/splice.js';
import type { WireFormat } from '../wire-format.js';
import { nativeHistory } from './native-history.js';

const MEMBERS = ['messages', 'input', 'instructions', 'tools', 'thinking', 'context_management'];

function mended(format: WireFormat, body: object, dialect: 'openai' | 'vllm' = 'openai') {
  const bytes = Buffer.from(JSON.stringify(body));
  const scan = scanBody(bytes, MEMBERS);
  const { edits, ignored } = nativeHistory({ format, dialect, body: bytes, scan });
  const sent = JSON.parse(spliceTopLevel(bytes, scan, edits).toString()) as JsonObject;
  return { edits, ignored, sent };
}

const user = { role: 'user', content: 'x' };
const thinking = (signature?: string) => ({ type: 'thinking', thinking: 'hm', signature });
const call = { type: 'tool_use', id: 't1', name: 'f', input: { big: 1 } };
const result = { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't1' }] };

describe('a native Messages body', () => {
  it('keeps every byte where nobody else answered', () => {
    const messages = [user, { role: 'assistant', content: [thinking('EqQB'), call] }, result];
    const { edits, ignored } = mended('messages', { messages, thinking: { type: 'enabled' } });
    expect(edits).toEqual({});
    expect(ignored).toEqual([]);
  });

  it.each(['', 'openai.gAAAAABo', undefined])('loses thinking signed %p', (signature) => {
    const said = { type: 'text', text: 'ok' };
    const messages = [user, { role: 'assistant', content: [thinking(signature), said] }, user];
    const { sent, ignored } = mended('messages', { messages });
    expect(sent['messages']).toEqual([user, { role: 'assistant', content: [said] }, user]);
    expect(ignored).toEqual(['messages.thinking']);
  });

  it('loses a message of nothing else, and texts that say nothing', () => {
    const blank = { type: 'text', text: '\n\n' };
    const messages = [
      user,
      { role: 'assistant', content: [thinking('')] },
      { role: 'assistant', content: [blank, call] },
      result,
    ];
    const { sent } = mended('messages', { messages });
    expect(sent['messages']).toEqual([user, { role: 'assistant', content: [call] }, result]);
  });

  it('does not think in a tool loop that was begun without Claude’s thinking', () => {
    const clear = { type: 'clear_thinking_20251015' };
    const other = { type: 'clear_tool_uses_20250919' };
    const { sent, ignored } = mended('messages', {
      messages: [user, { role: 'assistant', content: [thinking(''), call] }, result],
      thinking: { type: 'enabled', budget_tokens: 2_000 },
      context_management: { edits: [clear, other] },
    });
    expect(sent).not.toHaveProperty('thinking');
    expect(sent['context_management']).toEqual({ edits: [other] });
    expect(ignored).toEqual(['messages.thinking', 'thinking']);
  });

  it('thinks on where the user has spoken since, or the model decides', () => {
    const loop = [user, { role: 'assistant', content: [call] }, result];
    const enabled = { type: 'enabled', budget_tokens: 2_000 };
    const after = mended('messages', { messages: [...loop, user], thinking: enabled });
    expect(after.sent['thinking']).toEqual(enabled);
    const adaptive = { type: 'adaptive' };
    expect(mended('messages', { messages: loop, thinking: adaptive }).sent['thinking']).toEqual(
      adaptive,
    );
  });
});

describe('a native Responses body', () => {
  it('loses reasoning that OpenAI did not seal, and shortens ids of calls', () => {
    const id = `functions.${'x'.repeat(60)}:0`;
    const own = { type: 'reasoning', summary: [], encrypted_content: 'gAAAAAB' };
    const { sent, ignored } = mended('responses', {
      input: [
        own,
        { type: 'reasoning', summary: [], encrypted_content: 'anthropic.EqQB' },
        { type: 'reasoning', summary: [] },
        { type: 'function_call', call_id: id, name: 'f', arguments: '{}' },
        { type: 'function_call_output', call_id: id, output: 'x' },
      ],
    });
    const [first, made, answered] = sent['input'] as JsonObject[];
    expect(first).toEqual(own);
    expect(String(made?.['call_id'])).toHaveLength(64);
    expect(answered?.['call_id']).toBe(made?.['call_id']);
    expect(ignored).toEqual(['input.reasoning']);
  });
});

describe('a native Responses body of Claude Code', () => {
  const line = 'x-anthropic-billing-header: cc_version=2.1; cch=97bd6;';
  const block = (text: string) => ({ type: 'input_text', text });

  it.each([
    [{ instructions: `${line}\nYou are` }, { instructions: 'You are' }],
    [{ instructions: line }, {}],
    [
      { input: [{ role: 'system', content: [block(line), block('You are')] }, user] },
      { input: [{ role: 'system', content: [block('You are')] }, user] },
    ],
    [
      { input: [{ role: 'developer', content: `${line}\nYou are` }, user], instructions: 'b' },
      { input: [{ role: 'developer', content: 'You are' }, user], instructions: 'b' },
    ],
    [{ input: [{ role: 'system', content: line }, user] }, { input: [user] }],
  ])('loses its billing line: %j', (body, left) => {
    const { sent, ignored } = mended('responses', { input: 'hi', ...body });
    expect(sent).toEqual({ input: 'hi', ...left });
    expect(ignored).toEqual(['system.x-anthropic-billing-header']);
  });

  it('keeps every byte where a user speaks of it, or instructions do later on', () => {
    const body = { input: 'hi', instructions: `Never write ${line}` };
    expect(mended('responses', body).edits).toEqual({});
    const asked = [{ role: 'user', content: line }];
    expect(mended('responses', { input: asked }).sent['input']).toEqual(asked);
  });
});

describe('a native chat body', () => {
  const said = { role: 'assistant', content: 'ok' };

  it('for OpenAI loses the fields of other vendors', () => {
    const cache_control = { type: 'ephemeral' };
    const { sent, ignored } = mended('chat', {
      messages: [
        { role: 'system', content: [{ type: 'text', text: 'a', cache_control }] },
        { ...said, reasoning_content: 'hm', reasoning_details: [], reasoning: null },
        { role: 'assistant', content: null, reasoning_content: 'hm' },
      ],
      tools: [{ type: 'function', function: { name: 'f' }, cache_control }],
    });
    expect(sent).toEqual({
      messages: [
        { role: 'system', content: [{ type: 'text', text: 'a' }] },
        said,
        { role: 'assistant', content: '' },
      ],
      tools: [{ type: 'function', function: { name: 'f' } }],
    });
    expect(ignored.sort()).toEqual(['cache_control', 'messages.reasoning_content']);
  });

  it.each([null, []])('for OpenAI loses a list of no calls: %j', (tool_calls) => {
    const { sent, ignored } = mended('chat', { messages: [user, { ...said, tool_calls }] });
    expect(sent['messages']).toEqual([user, said]);
    expect(ignored).toEqual([]);
  });

  it.each(['{"big": "', '[1]'])('for a pool has an object in place of the arguments %s', (text) => {
    const called = (input: string) => ({
      ...said,
      tool_calls: [{ id: 'a', type: 'function', function: { name: 'f', arguments: input } }],
    });
    const whole = called('{"a" : "\\\\"}');
    const { sent } = mended('chat', { messages: [user, whole, called(text)] }, 'vllm');
    expect(sent['messages']).toEqual([user, whole, called(JSON.stringify({ input: text }))]);
    expect(mended('chat', { messages: [user, whole] }, 'vllm').edits).toEqual({});
  });

  it.each(['reasoning', 'reasoning_content'])('for a pool has %s in both fields', (field) => {
    const { sent, ignored } = mended('chat', { messages: [{ ...said, [field]: 'hm' }] }, 'vllm');
    const both = { reasoning: 'hm', reasoning_content: 'hm' };
    expect(sent['messages']).toEqual([{ ...said, ...both }]);
    expect(ignored).toEqual([]);
  });

  it('for a pool has one system message, and later ones as notes', () => {
    const tool = { role: 'tool', tool_call_id: 't', content: 'seen' };
    const { sent } = mended(
      'chat',
      {
        messages: [
          { role: 'system', content: 'a' },
          { role: 'developer', content: 'b' },
          { role: 'user', content: [{ type: 'text', text: 'x' }] },
          { role: 'developer', content: 'c' },
          said,
          { role: 'system', content: 'd' },
          tool,
          { role: 'system', content: 'e' },
        ],
      },
      'vllm',
    );
    const text = (words: string) => ({ type: 'text', text: words });
    expect(sent['messages']).toEqual([
      { role: 'system', content: [text('a'), text('b')] },
      { role: 'user', content: [text('x'), text('<system>\nc\n</system>')] },
      said,
      { role: 'user', content: '<system>\nd\n</system>' },
      { ...tool, content: 'seen\n\n<system>\ne\n</system>' },
    ]);
  });

  it.each(['openai', 'vllm'] as const)('for %s loses Claude Code’s billing line', (dialect) => {
    const line = 'x-anthropic-billing-header: cc_version=2.1; cch=97bd6;';
    const blocks = [line, 'You are'].map((text) => ({ type: 'text', text }));
    const messages = [{ role: 'system', content: blocks }, user];
    const { sent, ignored } = mended('chat', { messages }, dialect);
    expect(sent['messages']).toEqual([{ role: 'system', content: [blocks[1]] }, user]);
    expect(ignored).toEqual(['system.x-anthropic-billing-header']);
    const joined = [{ role: 'system', content: `${line}\nYou are` }, user];
    expect(mended('chat', { messages: joined }, dialect).sent['messages']).toEqual([
      { role: 'system', content: 'You are' },
      user,
    ]);
  });

  it('keeps every byte where there is nothing of the kind', () => {
    const messages = [{ role: 'system', content: 'a' }, user, said];
    for (const dialect of ['openai', 'vllm'] as const) {
      expect(mended('chat', { messages, reasoning_effort: 'low' }, dialect).edits).toEqual({});
    }
  });
});
