import { describe, expect, it } from '@jest/globals';
import { scanBody, type WireFormat } from '@modelbridge/llm-wire';
import { RequestError } from '../errors/request-error.js';
import { readFields, wantedMembers } from './request-fields.js';

const minimal = { model: 'gpt-5.4', messages: [] };

function read(body: object | string, format: WireFormat = 'chat') {
  const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  return readFields(format, bytes, scanBody(bytes, wantedMembers[format]));
}

function refusalOf(body: object | string, format: WireFormat = 'chat'): RequestError {
  try {
    read(body, format);
  } catch (error) {
    return error as RequestError;
  }
  throw new Error('the request was taken');
}

describe('the fields of a chat request', () => {
  it('reads what the gateway needs', () => {
    expect(
      read({
        ...minimal,
        stream: true,
        stream_options: { include_usage: true },
        max_tokens: 10,
        max_completion_tokens: 7,
        n: 2,
        tools: [{ type: 'function', function: { name: 'f' } }],
      }),
    ).toMatchObject({
      model: 'gpt-5.4',
      stream: true,
      includeUsage: true,
      outputCap: 7,
      choices: 2,
      hiddenTokens: 512,
    });
  });

  it('takes null for what was not given, as SDKs send it', () => {
    const given = {
      stream: null,
      max_tokens: null,
      n: null,
      stream_options: null,
      service_tier: null,
    };
    expect(read({ ...minimal, ...given, web_search_options: null })).toMatchObject({
      stream: false,
      outputCap: undefined,
      choices: 1,
    });
  });

  it.each([
    ['max_tokens', '1e308'],
    ['max_tokens', '-1'],
    ['max_tokens', '0'],
    ['max_tokens', '1.5'],
    ['max_tokens', '"NaN"'],
    ['max_completion_tokens', '1e308'],
    ['n', '1000000'],
    ['n', '0'],
    ['n', '"2"'],
    ['stream', '"true"'],
    ['stream_options', '1'],
    ['model', '7'],
    ['model', '""'],
    ['messages', '"hi"'],
    ['service_tier', '"priority"'],
    ['web_search_options', '{}'],
    ['previous_response_id', '"resp_1"'],
    ['conversation', '"conv_1"'],
    ['background', 'true'],
    ['prompt', '{"id":"pmpt_1"}'],
    ['container', '"c"'],
    ['modalities', '["text","audio"]'],
    ['prediction', '{}'],
  ])('refuses %s = %s and names the field', (name, value) => {
    const members = new Map<string, string>([
      ['model', '"gpt-5.4"'],
      ['messages', '[]'],
    ]);
    members.set(name, value);
    const text = `{${[...members].map(([key, json]) => `"${key}":${json}`).join(',')}}`;
    expect(refusalOf(text)).toMatchObject({ status: 400, options: { param: name } });
  });

  it('refuses a file that is named by id', () => {
    const content = [{ type: 'file', file: { file_id: 'file-1' } }];
    expect(refusalOf({ ...minimal, messages: [{ role: 'user', content }] })).toMatchObject({
      status: 400,
      options: { param: 'file_id' },
    });
  });
});

describe('the fields of a Responses request', () => {
  const body = { model: 'gpt-5.4', input: 'hi' };

  it('are read by their own names', () => {
    expect(read({ ...body, max_output_tokens: 99, stream: true }, 'responses')).toMatchObject({
      outputCap: 99,
      stream: true,
      choices: 1,
      mustTranslate: false,
    });
  });

  it.each([
    ['previous_response_id', 'resp_1'],
    ['conversation', 'conv_1'],
    ['prompt', { id: 'pmpt_1' }],
    ['background', true],
    ['service_tier', 'flex'],
    ['max_output_tokens', 0],
    ['input', 7],
    ['tools', 'all'],
  ])('refuse %s = %j', (name, value) => {
    expect(refusalOf({ ...body, [name]: value }, 'responses')).toMatchObject({
      status: 400,
      options: { param: name },
    });
  });

  it.each([
    [{ type: 'item_reference', id: 'msg_1' }],
    [{ id: 'msg_1' }],
    [{ type: null, id: 'msg_1' }],
  ])('refuse an item that is only named: %j', (item) => {
    const turn = { role: 'user', content: 'hi' };
    expect(
      read({ ...body, input: [turn, { type: 'message', ...turn }] }, 'responses'),
    ).toBeDefined();
    expect(refusalOf({ ...body, input: [turn, item] }, 'responses')).toMatchObject({
      status: 400,
      options: { param: 'item_reference' },
    });
  });

  it('leave out what the provider would run, and keep the caller’s own tools', () => {
    const own = [
      { type: 'function', name: 'f', parameters: {} },
      { type: 'custom', name: 'apply_patch' },
      { type: 'local_shell' },
    ];
    const hosted = ['web_search', 'code_interpreter', 'file_search', 'image_generation', 'mcp'];
    const tools = [...own, ...hosted.map((type) => ({ type }))];
    const declared = read({ ...body, tools }, 'responses').tools;
    expect(declared.leftOut).toEqual(hosted);
    expect(JSON.parse(String(declared.withoutHosted['tools']))).toEqual(own);
    expect(declared.builtIn).toBe(1);
  });

  it('refuse to force a tool that is left out', () => {
    const tools = [{ type: 'web_search' }];
    for (const tool_choice of [{ type: 'web_search' }, 'required']) {
      expect(refusalOf({ ...body, tools, tool_choice }, 'responses')).toMatchObject({
        options: { param: 'tool_choice' },
      });
    }
    expect(read({ ...body, tools, tool_choice: 'auto' }, 'responses').tools.withoutHosted).toEqual({
      tools: null,
      tool_choice: null,
      parallel_tool_calls: null,
    });
  });
});

describe('the fields of a Messages request', () => {
  const body = { model: 'claude-sonnet-4-6', messages: [], max_tokens: 4_096 };

  it('are read by their own names', () => {
    const thinking = { type: 'enabled', budget_tokens: 2_048 };
    expect(read({ ...body, thinking }, 'messages')).toMatchObject({
      outputCap: 4_096,
      thinkingBudget: 2_048,
    });
  });

  it.each([
    ['max_tokens', null],
    ['container', 'c_1'],
    ['speed', 'fast'],
    ['inference_geo', 'us'],
    ['service_tier', 'priority'],
    ['mcp_servers', [{ type: 'url', url: 'https://example.com' }]],
  ])('refuse %s = %j', (name, value) => {
    expect(refusalOf({ ...body, [name]: value }, 'messages')).toMatchObject({
      status: 400,
      options: { param: name },
    });
  });

  it('leave out what the provider would run', () => {
    const own = [
      { name: 'f', input_schema: {} },
      { type: 'bash_20250124', name: 'bash' },
    ];
    const hosted = [{ type: 'web_search_20250305', name: 'web_search' }];
    const { tools } = read({ ...body, tools: [...own, ...hosted] }, 'messages');
    expect(tools.leftOut).toEqual(['web_search_20250305']);
    expect(JSON.parse(String(tools.withoutHosted['tools']))).toEqual(own);
    expect(
      refusalOf(
        { ...body, tools: hosted, tool_choice: { type: 'tool', name: 'web_search' } },
        'messages',
      ),
    ).toMatchObject({ options: { param: 'tool_choice' } });
  });
});

describe('a chat body with the Responses API’s input', () => {
  it('is taken as what it is, and refused what that is refused', () => {
    const body = { model: 'gpt-5.4', input: [{ role: 'user', content: 'hi' }] };
    expect(read({ ...body, max_output_tokens: 20 })).toMatchObject({
      mustTranslate: true,
      outputCap: 20,
      capFields: ['max_output_tokens'],
    });
    expect(refusalOf({ ...body, input: [{ id: 'msg_1' }] })).toMatchObject({ status: 400 });
  });
});
