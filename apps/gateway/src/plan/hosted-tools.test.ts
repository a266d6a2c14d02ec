import { describe, expect, it } from '@jest/globals';
import { scanBody, type WireFormat } from '@modelbridge/llm-wire';
import type { RequestError } from '../errors/request-error.js';
import { readTools } from './hosted-tools.js';
import { wantedMembers } from './request-fields.js';

function read(format: WireFormat, body: object) {
  const bytes = Buffer.from(JSON.stringify(body));
  const { leftOut, withoutHosted } = readTools(
    format,
    bytes,
    scanBody(bytes, wantedMembers[format]),
  );
  const edits = Object.fromEntries(
    Object.entries(withoutHosted).map(([name, json]) => [name, JSON.parse(json ?? 'null')]),
  ) as Record<string, unknown>;
  return { leftOut, edits };
}

const f = { type: 'function', name: 'f' };
const deferred = { ...f, defer_loading: true };
const search = { type: 'web_search' };

describe('tools that the caller runs', () => {
  it.each([
    { type: 'namespace', name: 'mcp__fs', tools: [f, { type: 'custom', name: 'c' }] },
    { type: 'shell', environment: { type: 'local', skills: [] } },
    { type: 'tool_search', execution: 'client', parameters: {} },
    { type: 'local_shell' },
    { type: 'apply_patch' },
  ])('stay: %j', (tool) => {
    expect(read('responses', { tools: [tool, deferred] })).toEqual({ leftOut: [], edits: {} });
  });

  it.each([
    [{ type: 'shell' }, 'shell'],
    [{ type: 'shell', environment: { type: 'container_auto' } }, 'shell'],
    [{ type: 'shell', environment: { type: 'container_reference', container_id: 'c' } }, 'shell'],
    [{ type: 'acme:search' }, 'acme:search'],
    [{ type: 'mcp', server_url: 'https://example.com' }, 'mcp'],
  ])('are not %j', (tool, name) => {
    expect(read('responses', { tools: [tool, f] })).toEqual({
      leftOut: [name],
      edits: { tools: [f] },
    });
  });

  it('are kept of a namespace that holds others', () => {
    const namespace = { type: 'namespace', name: 'n', tools: [f, search] };
    expect(read('responses', { tools: [namespace] })).toEqual({
      leftOut: ['web_search'],
      edits: { tools: [{ ...namespace, tools: [f] }] },
    });
    expect(read('responses', { tools: [{ ...namespace, tools: [search] }, f] }).edits).toEqual({
      tools: [f],
    });
  });

  it.each(['additional_tools', 'tool_search_output'])('are kept of %s', (type) => {
    const item = { type, role: 'developer', tools: [f, search] };
    expect(read('responses', { input: ['x', item] })).toEqual({
      leftOut: ['web_search'],
      edits: { input: ['x', { ...item, tools: [f] }] },
    });
    expect(read('responses', { input: [{ ...item, tools: [f] }] })).toEqual({
      leftOut: [],
      edits: {},
    });
  });
});

describe('tool search at the provider', () => {
  it('takes deferring along where it is left out', () => {
    const namespace = { type: 'namespace', name: 'n', tools: [deferred] };
    expect(read('responses', { tools: [{ type: 'tool_search' }, deferred, namespace] })).toEqual({
      leftOut: ['tool_search', 'defer_loading'],
      edits: { tools: [f, { ...namespace, tools: [f] }] },
    });
    const type = 'tool_search_tool_bm25_20251119';
    const a = { name: 'a', input_schema: {} };
    const tools = [
      { type, name: 'search' },
      { ...a, defer_loading: true },
    ];
    expect(read('messages', { tools })).toEqual({
      leftOut: [type, 'defer_loading'],
      edits: { tools: [a] },
    });
  });

  it('leaves deferring alone where the caller searches', () => {
    const tools = [{ name: 'ToolSearch' }, { name: 'a', defer_loading: true }];
    expect(read('messages', { tools })).toEqual({ leftOut: [], edits: {} });
  });
});

describe('code that the provider would run', () => {
  it('takes along which tools it alone may call', () => {
    const type = 'code_execution_20250825';
    const a = { name: 'a', input_schema: {} };
    const tools = [
      { type, name: 'code_execution' },
      { ...a, allowed_callers: [type] },
    ];
    const leftOut = [type, 'allowed_callers'];
    expect(read('messages', { tools })).toEqual({ leftOut, edits: { tools: [a] } });
    const called = { ...f, allowed_callers: ['programmatic'] };
    const namespace = { type: 'namespace', name: 'n', tools: [called] };
    const program = { type: 'programmatic_tool_calling' };
    expect(read('responses', { tools: [program, called, namespace] })).toEqual({
      leftOut: ['programmatic_tool_calling', 'allowed_callers'],
      edits: { tools: [f, { ...namespace, tools: [f] }] },
    });
    expect(read('messages', { tools: tools.slice(1) })).toEqual({ leftOut: [], edits: {} });
  });
});

describe('a tool that is offered on the way', () => {
  const offering = (definition: object): object => ({
    messages: [
      { role: 'user', content: 'x' },
      { role: 'system', content: [{ type: 'tool_addition', tool: { definition } }] },
    ],
  });

  it('is taken if the caller runs it', () => {
    expect(read('messages', offering({ name: 'f', input_schema: {} })).edits).toEqual({});
    const hosted = offering({ type: 'web_search_20250305', name: 'web_search' });
    expect(() => read('messages', hosted)).toThrow(/web_search_20250305/);
  });
});

describe('a choice of tools', () => {
  it('goes with the last tool', () => {
    const tools = [{ type: 'web_search_20250305', name: 'web_search' }];
    expect(read('messages', { tools, tool_choice: { type: 'auto' } }).edits).toEqual({
      tools: null,
      tool_choice: null,
      parallel_tool_calls: null,
    });
  });

  it('loses what is left out, and is refused where nothing else was allowed', () => {
    const choice = { type: 'allowed_tools', mode: 'auto', tools: [search, f] };
    const tools = [search, f];
    expect(read('responses', { tools, tool_choice: choice }).edits).toEqual({
      tools: [f],
      tool_choice: { ...choice, tools: [f] },
    });
    const only = { ...choice, tools: [search] };
    let refusal: RequestError | undefined;
    try {
      read('responses', { tools, tool_choice: only });
    } catch (error) {
      refusal = error as RequestError;
    }
    expect(refusal?.options.param).toBe('tool_choice');
  });
});
