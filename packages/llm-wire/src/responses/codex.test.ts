import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../json.js';
import { CLAUDE, KIMI, refusal, translate } from '../testing/translations.js';
import { translateReply } from '../translate.js';

/** What Codex declares and sends, cut down. */
const CODEX = {
  model: 'x',
  instructions: 'You are Codex.',
  input: [
    { type: 'message', role: 'developer', content: [{ type: 'input_text', text: 'sandbox' }] },
    { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'fix it' }] },
    {
      type: 'reasoning',
      summary: [{ type: 'summary_text', text: 'hm' }],
      encrypted_content: 'b3BlbmFp',
    },
    { type: 'custom_tool_call', call_id: 'c1', name: 'apply_patch', input: '*** Begin' },
    { type: 'custom_tool_call_output', call_id: 'c1', output: 'done' },
  ],
  tools: [
    {
      type: 'function',
      name: 'shell',
      description: 'd',
      strict: false,
      parameters: { type: 'object' },
    },
    {
      type: 'custom',
      name: 'apply_patch',
      format: { type: 'grammar', syntax: 'lark', definition: 'start: x' },
    },
    { type: 'web_search' },
    { type: 'local_shell' },
  ],
  tool_choice: 'auto',
  parallel_tool_calls: false,
  reasoning: { effort: 'medium', summary: 'auto' },
  store: false,
  stream: true,
  include: ['reasoning.encrypted_content'],
  prompt_cache_key: 'session',
};

describe('Codex', () => {
  it('reaches a chat upstream, its freeform tool as a function with one string', () => {
    const { sent, ignored, context } = translate('responses', CODEX, KIMI);
    const tools = sent['tools'] as Array<{ function: { name: string; parameters: JsonObject } }>;
    expect(tools.map((tool) => tool.function.name)).toEqual([
      'shell',
      'apply_patch',
      'local_shell',
    ]);
    expect(tools[1]!.function.parameters).toMatchObject({ required: ['input'] });
    expect(JSON.stringify(tools[1])).toContain('start: x');
    expect(sent['messages']).toMatchObject([
      { role: 'system' },
      { role: 'user', content: 'fix it' },
      {
        role: 'assistant',
        content: null,
        reasoning_content: 'hm',
        tool_calls: [{ id: 'c1', function: { arguments: '{"input":"*** Begin"}' } }],
      },
      { role: 'tool', tool_call_id: 'c1', content: 'done' },
    ]);
    expect(ignored.sort()).toEqual(['prompt_cache_key', 'tools.web_search']);
    expect([...context.freeformTools]).toEqual(['apply_patch']);
    expect(sent).toMatchObject({
      stream_options: { include_usage: true, continuous_usage_stats: true },
      timings_per_token: true,
    });
  });

  it('reaches Anthropic, without the reasoning that only OpenAI can read', () => {
    const { sent, ignored } = translate('responses', CODEX, { ...CLAUDE, thinking: 'adaptive' });
    expect(JSON.stringify(sent)).not.toContain('b3BlbmFp');
    expect(ignored).toContain('input.reasoning');
    expect(sent['system']).toHaveLength(2);
    expect(sent['thinking']).toEqual({ type: 'adaptive' });
  });

  it.each(['previous_response_id', 'conversation', 'prompt'])(
    'is refused %s, which names state elsewhere',
    (key) => {
      expect(refusal('responses', { input: 'x', [key]: 'id' }, KIMI).param).toBe(key);
    },
  );

  it('gets usage details and an id in its reply, and its request repeated', () => {
    const { context } = translate('responses', CODEX, KIMI);
    const reply = {
      id: 'cmpl-1',
      created: 7,
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: 'ok', refusal: null },
          finish_reason: 'stop',
        },
      ],
      usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 },
    };
    const { body } = translateReply({
      from: 'chat',
      to: 'responses',
      body: Buffer.from(JSON.stringify(reply)),
      context,
    });
    expect(JSON.parse(body.toString())).toMatchObject({
      id: 'resp_cmpl-1',
      object: 'response',
      created_at: 7,
      model: 'public',
      status: 'completed',
      instructions: 'You are Codex.',
      parallel_tool_calls: false,
      output: [
        {
          type: 'message',
          role: 'assistant',
          content: [{ type: 'output_text', text: 'ok', annotations: [] }],
        },
      ],
      usage: {
        input_tokens_details: { cached_tokens: 0 },
        output_tokens_details: { reasoning_tokens: 0 },
        total_tokens: 3,
      },
    });
  });
});
