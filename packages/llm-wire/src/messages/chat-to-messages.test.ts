import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../json.js';
import { CLAUDE, refusal, translate } from '../testing/translations.js';
import { translateReply } from '../translate.js';

const USER = { role: 'user', content: 'hi' };
const FUNCTION = { type: 'function', function: { name: 'f', parameters: { type: 'object' } } };

describe('chat to Anthropic', () => {
  it('hoists system and developer messages and requires no cap of the caller', () => {
    const messages = [{ role: 'system', content: 'a' }, USER, { role: 'developer', content: 'b' }];
    const { sent, ignored } = translate('chat', { model: 'x', messages }, CLAUDE);
    expect(sent).toEqual({
      model: 'claude',
      max_tokens: 64_000,
      system: [
        { type: 'text', text: 'a' },
        { type: 'text', text: 'b' },
      ],
      messages: [{ role: 'user', content: [{ type: 'text', text: 'hi' }] }],
      stream: false,
    });
    expect(ignored).toEqual([]);
  });

  it('does not name a field at its no-effect value', () => {
    const { ignored } = translate(
      'chat',
      {
        model: 'x',
        messages: [USER],
        n: 1,
        logprobs: false,
        store: false,
        presence_penalty: 0,
        frequency_penalty: 0,
        temperature: 1,
        top_p: 1,
        stop: null,
        modalities: ['text'],
        response_format: { type: 'text' },
        tool_choice: 'auto',
      },
      CLAUDE,
    );
    expect(ignored).toEqual([]);
  });

  it('names the hints that it leaves out', () => {
    const hints = {
      seed: 1,
      logit_bias: { 5: 1 },
      metadata: { a: 'b' },
      service_tier: 'auto',
      prediction: { type: 'content', content: 'x' },
      web_search_options: {},
      frequency_penalty: 1,
      temperature: 1.4,
    };
    const tools = [FUNCTION, { type: 'web_search' }];
    const { sent, ignored } = translate('chat', { messages: [USER], tools, ...hints }, CLAUDE);
    expect(ignored.sort()).toEqual([...Object.keys(hints), 'tools.web_search'].sort());
    expect(sent['temperature']).toBe(1);
  });

  it.each([
    ['n', { n: 2 }],
    ['logprobs', { logprobs: true }],
    ['modalities', { modalities: ['text', 'audio'] }],
    [
      'tool_choice',
      { tools: [FUNCTION], tool_choice: { type: 'function', function: { name: 'g' } } },
    ],
    ['tool_choice', { tool_choice: 'required' }],
    [
      'messages[0].content[0].input_audio',
      { messages: [{ role: 'user', content: [{ type: 'input_audio', input_audio: {} }] }] },
    ],
    [
      'messages[0].content[0].file.file_id',
      { messages: [{ role: 'user', content: [{ type: 'file', file: { file_id: 'f' } }] }] },
    ],
    ['max_tokens', { max_tokens: 1.5 }],
    ['temperature', { temperature: 'hot' }],
    ['messages[0].role', { messages: [{ role: 'constructor', content: 'x' }] }],
    ['functions', { functions: [] }],
  ])('refuses %s where it would change the answer', (param, fields) => {
    expect(refusal('chat', { messages: [USER], ...fields }, CLAUDE)).toMatchObject({
      status: 400,
      param,
    });
  });

  it('puts the results of parallel calls into one message, before what follows', () => {
    const call = (id: string) => ({
      id,
      type: 'function',
      function: { name: 'f', arguments: '{"a":1}' },
    });
    const messages = [
      USER,
      { role: 'assistant', content: null, tool_calls: [call('c1'), call('functions.f:2')] },
      { role: 'tool', tool_call_id: 'c1', content: 'one' },
      { role: 'tool', tool_call_id: 'functions.f:2', content: 'two' },
      { role: 'user', content: 'go on' },
    ];
    const { sent } = translate(
      'chat',
      { messages, tools: [FUNCTION], parallel_tool_calls: false, tool_choice: 'auto' },
      CLAUDE,
    );
    const [, assistant, results] = sent['messages'] as Array<{ content: JsonObject[] }>;
    expect(assistant!.content.map(({ type }) => type)).toEqual(['tool_use', 'tool_use']);
    expect(results!.content.map(({ type }) => type)).toEqual([
      'tool_result',
      'tool_result',
      'text',
    ]);
    expect(results!.content[1]!['tool_use_id']).toBe(assistant!.content[1]!['id']);
    expect(assistant!.content[1]!['id']).toMatch(/^[a-zA-Z0-9_-]+$/);
    expect(sent['tool_choice']).toEqual({ type: 'auto', disable_parallel_tool_use: true });
  });

  it('keeps cache breakpoints', () => {
    const cache_control = { type: 'ephemeral', ttl: '1h' };
    const messages = [
      { role: 'system', content: [{ type: 'text', text: 's', cache_control }] },
      { ...USER, cache_control },
    ];
    const { sent } = translate(
      'chat',
      { messages, tools: [{ ...FUNCTION, cache_control }] },
      CLAUDE,
    );
    expect(JSON.stringify(sent).match(/"ttl":"1h"/g)).toHaveLength(3);
  });

  it('asks for thinking within the cap, or adaptively, and names it where it cannot', () => {
    const body = { messages: [USER], reasoning_effort: 'high', max_tokens: 4_000 };
    const budget = translate('chat', body, CLAUDE).sent;
    expect(budget['thinking']).toEqual({ type: 'enabled', budget_tokens: 3_999 });
    const adaptive = translate('chat', body, { ...CLAUDE, thinking: 'adaptive' }).sent;
    expect(adaptive).toMatchObject({
      thinking: { type: 'adaptive' },
      output_config: { effort: 'high' },
    });
    const small = translate('chat', { ...body, max_tokens: 500 }, CLAUDE);
    expect(small.sent['thinking']).toBeUndefined();
    expect(small.ignored).toEqual(['reasoning_effort']);
    const none = translate('chat', { ...body, reasoning_effort: 'none' }, CLAUDE);
    expect(none.ignored).toEqual([]);
  });

  it('does not think on in a tool loop whose thinking the caller has lost', () => {
    const loop = (reasoning: object) => ({
      reasoning_effort: 'low',
      tools: [FUNCTION],
      messages: [
        USER,
        {
          role: 'assistant',
          ...reasoning,
          tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: '' } }],
        },
        { role: 'tool', tool_call_id: 'c', content: '' },
      ],
    });
    expect(translate('chat', loop({}), CLAUDE).sent['thinking']).toBeUndefined();
    const signed = {
      reasoning_details: [
        { type: 'reasoning.text', text: 'hm', signature: 'sig', format: 'anthropic-claude-v1' },
      ],
    };
    const { sent } = translate('chat', loop(signed), CLAUDE);
    expect(sent['thinking']).toBeDefined();
    expect(JSON.stringify(sent)).toContain('{"type":"thinking","thinking":"hm","signature":"sig"}');
  });

  it('asks for structured output natively where the model can, else by a tool', () => {
    const schema = { type: 'object', properties: {}, additionalProperties: false };
    const response_format = {
      type: 'json_schema',
      json_schema: { name: 'o', schema, strict: true },
    };
    const native = translate(
      'chat',
      { messages: [USER], response_format },
      { ...CLAUDE, structuredOutput: 'native' },
    );
    expect(native.sent['output_config']).toEqual({ format: { type: 'json_schema', schema } });
    const byTool = translate('chat', { messages: [USER], response_format }, CLAUDE);
    expect(byTool.context.outputTool).toBe('structured_output');
    expect(byTool.sent['tool_choice']).toEqual({ type: 'tool', name: 'structured_output' });
    const reply = {
      id: 'msg_1',
      content: [{ type: 'tool_use', id: 't', name: 'structured_output', input: { a: 1 } }],
      stop_reason: 'tool_use',
      usage: { input_tokens: 1, output_tokens: 2 },
    };
    const { body } = translateReply({
      from: 'messages',
      to: 'chat',
      body: Buffer.from(JSON.stringify(reply)),
      context: byTool.context,
    });
    expect(JSON.parse(body.toString())).toMatchObject({
      choices: [{ message: { content: '{"a":1}' }, finish_reason: 'stop' }],
    });
  });

  it('reads a Responses body that an agent sent to the chat path', () => {
    const body = {
      input: 'hi',
      stream: true,
      stream_options: { include_usage: true },
      tools: [{ type: 'function', name: 'f', parameters: {} }],
    };
    const { sent, context, stream } = translate('chat', body, CLAUDE);
    expect(sent['messages']).toHaveLength(1);
    expect([context.includeUsage, stream]).toEqual([true, true]);
  });
});
