import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../json.js';
import { CLAUDE, KIMI, translate } from '../testing/translations.js';
import { answerWithCalls } from '../testing/upstream-calls.js';

interface Row {
  tool: JsonObject;
  /** What the model writes, and the item that the client must see. */
  input: JsonObject;
  call: JsonObject;
  output: JsonObject;
  told: string;
}

const rows: Row[] = [
  {
    tool: { type: 'local_shell' },
    input: { command: ['ls', '-l'], working_directory: '/w' },
    call: {
      type: 'local_shell_call',
      action: { type: 'exec', command: ['ls', '-l'], env: {}, working_directory: '/w' },
    },
    output: { type: 'local_shell_call_output', id: 'item_1', output: 'files' },
    told: 'files',
  },
  {
    tool: { type: 'shell', environment: { type: 'local' } },
    input: { commands: ['ls'], timeout_ms: 5 },
    call: {
      type: 'shell_call',
      action: { commands: ['ls'], timeout_ms: 5, max_output_length: null },
      environment: { type: 'local' },
    },
    output: {
      type: 'shell_call_output',
      call_id: 'call_0',
      output: [{ stdout: 'files', stderr: '', outcome: { type: 'exit', exit_code: 3 } }],
    },
    told: 'exit_code',
  },
  {
    tool: { type: 'apply_patch' },
    input: { type: 'update_file', path: 'a', diff: '@@\n-x\n+y' },
    call: {
      type: 'apply_patch_call',
      operation: { type: 'update_file', path: 'a', diff: '@@\n-x\n+y' },
    },
    output: { type: 'apply_patch_call_output', call_id: 'call_0', status: 'failed' },
    told: 'failed',
  },
  {
    tool: {
      type: 'tool_search',
      execution: 'client',
      description: 'Finds tools',
      parameters: { type: 'object', properties: { q: { type: 'string' } } },
    },
    input: { q: 'mail' },
    call: { type: 'tool_search_call', execution: 'client', arguments: { q: 'mail' } },
    output: {
      type: 'tool_search_output',
      execution: 'client',
      call_id: 'call_0',
      tools: [{ type: 'function', name: 'mail', parameters: {} }],
    },
    told: 'Found: mail',
  },
];
const both = [CLAUDE, KIMI];
const cases = rows.flatMap((row) => both.map((upstream) => ({ ...row, upstream })));

function functionsIn(sent: JsonObject): JsonObject[] {
  const tools = (sent['tools'] ?? []) as JsonObject[];
  return tools.map((tool) => (tool['function'] as JsonObject | undefined) ?? tool);
}

describe.each(cases)('$tool.type that the caller runs, to $upstream.format', (row) => {
  const { tool, input, call, output, told, upstream } = row;
  const name = String(tool['type']);

  it('is a function with what it takes', () => {
    const { sent, ignored } = translate('responses', { input: 'x', tools: [tool] }, upstream);
    const [declared] = functionsIn(sent);
    expect(declared).toMatchObject({ name, description: expect.any(String) as unknown });
    const schema = (declared!['parameters'] ?? declared!['input_schema']) as JsonObject;
    expect(Object.keys(schema['properties'] as JsonObject)).toEqual(
      expect.arrayContaining(Object.keys(input)),
    );
    expect(ignored).toEqual([]);
  });

  it('is called by its own item, whole and streamed', () => {
    const { context } = translate('responses', { input: 'x', tools: [tool] }, upstream);
    const calls = [{ name, input: JSON.stringify(input) }];
    const { whole, frames } = answerWithCalls(upstream.format, 'responses', context, calls);
    const expected = { ...call, status: 'completed', call_id: 'call_0' };
    expect(whole['output']).toMatchObject([expected]);
    expect(frames.map(({ type }) => type)).toEqual([
      'response.created',
      'response.in_progress',
      'response.output_item.added',
      'response.output_item.done',
      'response.completed',
    ]);
    expect(frames[2]).toMatchObject({ item: { type: call['type'], status: 'in_progress' } });
    expect(frames[3]).toMatchObject({ item: expected });
    expect(frames[4]).toMatchObject({ response: { output: [expected] } });
  });

  it('is called and answered in the history', () => {
    const said = { ...call, id: 'item_1', call_id: 'call_0', status: 'completed' };
    const body = { input: [{ role: 'user', content: 'x' }, said, output], tools: [tool] };
    const { sent, ignored } = translate('responses', body, upstream);
    const messages = sent['messages'] as JsonObject[];
    const history = JSON.stringify(messages.slice(1));
    expect(history).toContain(`"name":"${name}"`);
    expect(history.match(/call_0/g)).toHaveLength(2);
    expect(history).toContain(told);
    const value = Object.values(input)[0];
    expect(history.replaceAll('\\', '')).toContain(JSON.stringify(value).replaceAll('\\', ''));
    expect(ignored).toEqual([]);
  });

  it('can be forced', () => {
    const body = { input: 'x', tools: [tool], tool_choice: { type: name } };
    const { sent } = translate('responses', body, upstream);
    expect(JSON.stringify(sent['tool_choice'])).toContain(`"${name}"`);
  });
});

describe('tools that the provider runs', () => {
  it.each([
    [{ type: 'shell', environment: { type: 'container_auto' } }, 'tools.shell'],
    [{ type: 'shell' }, 'tools.shell'],
    [{ type: 'tool_search' }, 'tools.tool_search'],
    [{ type: 'namespace', name: 'n', tools: [{ type: 'web_search' }] }, 'tools.web_search'],
    [{ type: 'acme:search' }, 'tools.acme:search'],
  ])('are left out and named: %j', (tool, named) => {
    const { sent, ignored } = translate('responses', { input: 'x', tools: [tool] }, KIMI);
    expect(sent).not.toHaveProperty('tools');
    expect(ignored).toEqual([named]);
  });

  it('are left out of the history', () => {
    const search = { type: 'tool_search_call', execution: 'server', call_id: null, arguments: {} };
    const body = { input: [search, { role: 'user', content: 'x' }] };
    const { sent, ignored } = translate('responses', body, KIMI);
    expect(sent['messages']).toHaveLength(1);
    expect(ignored).toEqual(['input.tool_search_call']);
  });
});

describe('a tool of the caller’s own with the name of one', () => {
  it('keeps it', () => {
    const own = { type: 'function', name: 'shell', parameters: {} };
    const tools = [{ type: 'shell', environment: { type: 'local' } }, own];
    const { sent, context } = translate('responses', { input: 'x', tools }, KIMI);
    const [first, second] = functionsIn(sent).map(({ name }) => String(name));
    expect(second).toBe('shell');
    const calls = [first!, second!].map((name) => ({ name, input: '{}' }));
    const { whole } = answerWithCalls('chat', 'responses', context, calls);
    expect(whole['output']).toMatchObject([
      { type: 'shell_call' },
      { type: 'function_call', name: 'shell' },
    ]);
  });
});
