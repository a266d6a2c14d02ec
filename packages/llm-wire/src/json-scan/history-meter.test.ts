import { describe, expect, it } from '@jest/globals';
import { scanBody } from './scan-body.js';

function history(body: unknown) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return scanBody(Buffer.from(text), []).history;
}
const said = (...content: object[]) => ({ messages: [{ role: 'assistant', content }] });

describe('the measure of a history', () => {
  it.each<[string, object, number, number]>([
    ['signed thinking', { type: 'thinking', thinking: 'x', signature: 'EqQB' }, 0, 1],
    ['redacted thinking', { type: 'redacted_thinking', data: 'EmwK' }, 0, 1],
    ['thinking with an empty signature', { type: 'thinking', thinking: 'x', signature: '' }, 1, 0],
    ['thinking without one', { type: 'thinking', thinking: 'x' }, 1, 0],
    ['OpenAI’s', { type: 'thinking', thinking: 'x', signature: 'openai.gAAA' }, 1, 0],
    ['text', { type: 'text', text: 'thinking', signature: '' }, 0, 0],
    ['a tool’s input', { type: 'tool_use', input: { type: 'thinking', signature: '' } }, 0, 0],
  ])('tells whose reasoning it is: %s', (_, block, foreignReasoning, sealedReasoning) => {
    expect(history(said(block))).toMatchObject({ foreignReasoning, sealedReasoning });
  });

  it('tells it of items, and of keys spelled with escapes', () => {
    const items = [
      { type: 'reasoning', summary: [], encrypted_content: 'gAAAAAB' },
      { type: 'reasoning', summary: [], encrypted_content: 'anthropic.EqQB' },
      { type: 'reasoning', summary: [], encrypted_content: null },
      { type: 'message', role: 'user', content: 'x' },
    ];
    expect(history({ input: items })).toMatchObject({ foreignReasoning: 2, sealedReasoning: 1 });
    const spelled = '{"messages":[{"content":[{"type":"thin\\u006bing","sign\\u0061ture":""}]}]}';
    expect(history(spelled).foreignReasoning).toBe(1);
  });

  it('does not take the request for its history', () => {
    const body = {
      thinking: { type: 'thinking', signature: '' },
      reasoning: { type: 'reasoning' },
    };
    expect(history({ ...body, messages: [] }).foreignReasoning).toBe(0);
  });

  it('counts blank texts', () => {
    const blank = ['', '\n\n', ' \t'].map((text) => ({ type: 'text', text }));
    expect(history(said(...blank, { type: 'text', text: ' x' })).blankTexts).toBe(3);
  });

  it('counts instructions that are not one system turn at the start', () => {
    const turns = (...roles: string[]) =>
      history({ messages: roles.map((role) => ({ role, content: 'x' })) }).looseInstructions;
    expect(turns('system', 'user')).toBe(0);
    expect(turns('developer', 'user')).toBe(1);
    expect(turns('system', 'system', 'user', 'system')).toBe(2);
  });

  it('tells a tool loop whose calls were thought about elsewhere', () => {
    const signed = { type: 'thinking', thinking: 'x', signature: 'EqQB' };
    const call = { type: 'tool_use', id: 't', name: 'f', input: {} };
    const result = { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't' }] };
    const unsigned = (...turns: object[]) => history({ messages: turns }).unsignedToolLoop;
    const made = (...content: object[]) => ({ role: 'assistant', content });
    expect(unsigned(made(signed, call), result)).toBe(false);
    expect(unsigned(made(call), result)).toBe(true);
    expect(unsigned({ content: [call], role: 'assistant' }, result, made(signed, call))).toBe(true);
    expect(unsigned(made(call), result, { role: 'user', content: 'go on' })).toBe(false);
  });

  it('finds the longest id of a call', () => {
    const results = ['a', 'functions.f:0'].map((id) => ({ role: 'tool', tool_call_id: id }));
    expect(history({ messages: results }).longestCallId).toBe(13);
  });
});
