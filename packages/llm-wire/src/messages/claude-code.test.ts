import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../json.js';
import { GPT, KIMI, refusal, translate } from '../testing/translations.js';
import { translateReply } from '../translate.js';

/** What Claude Code sends, cut down. */
const CLAUDE_CODE = {
  model: 'x',
  max_tokens: 32_000,
  system: [{ type: 'text', text: 'You are Claude Code.', cache_control: { type: 'ephemeral' } }],
  messages: [
    { role: 'user', content: [{ type: 'text', text: 'look' }] },
    {
      role: 'assistant',
      content: [
        { type: 'thinking', thinking: 'hm', signature: 'c2ln' },
        { type: 'tool_use', id: 'mbtc_ZnVuY3Rpb25zLlJlYWQ6MA', name: 'Read', input: { path: 'a' } },
      ],
    },
    {
      role: 'user',
      content: [
        {
          type: 'tool_result',
          tool_use_id: 'mbtc_ZnVuY3Rpb25zLlJlYWQ6MA',
          content: [
            { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'aGk=' } },
          ],
          cache_control: { type: 'ephemeral' },
        },
        { type: 'text', text: 'and?' },
      ],
    },
  ],
  tools: [
    { name: 'Read', description: 'd', input_schema: { type: 'object' } },
    { name: 'mcp__'.padEnd(100, 'x'), input_schema: { type: 'object' } },
    { type: 'web_search_20250305', name: 'web_search' },
  ],
  thinking: { type: 'enabled', budget_tokens: 10_000 },
  context_management: { edits: [] },
  metadata: { user_id: 'u' },
  temperature: 1,
  stream: true,
};

describe('Claude Code', () => {
  it('reaches a chat upstream with the upstream’s own tool ids and its images', () => {
    const { sent, ignored } = translate('messages', CLAUDE_CODE, KIMI);
    expect(sent['messages']).toMatchObject([
      { role: 'system' },
      { role: 'user', content: 'look' },
      { role: 'assistant', reasoning_content: 'hm', tool_calls: [{ id: 'functions.Read:0' }] },
      { role: 'tool', tool_call_id: 'functions.Read:0' },
      {
        role: 'user',
        content: [
          { type: 'image_url', image_url: { url: 'data:image/png;base64,aGk=' } },
          { type: 'text' },
        ],
      },
    ]);
    expect(sent).toMatchObject({
      reasoning_effort: 'high',
      max_completion_tokens: 32_000,
      user: 'u',
    });
    expect(ignored.sort()).toEqual(['context_management', 'tools.web_search_20250305']);
  });

  it('reaches OpenAI, with names short enough for it that are long again in the reply', () => {
    const { sent, ignored, context } = translate('messages', CLAUDE_CODE, GPT);
    const tools = sent['tools'] as Array<{ name: string }>;
    expect(tools[1]!.name).toHaveLength(64);
    expect(context.callerTools.get(tools[1]!.name)?.name).toHaveLength(100);
    expect(sent).toMatchObject({
      instructions: 'You are Claude Code.',
      store: false,
      include: ['reasoning.encrypted_content'],
      reasoning: { effort: 'high', summary: 'auto' },
    });
    expect(sent).not.toHaveProperty('temperature');
    expect(ignored.sort()).toEqual([
      'cache_control',
      'context_management',
      'messages.thinking',
      'tools.web_search_20250305',
    ]);
    const reply = {
      id: 'resp_1',
      status: 'completed',
      output: [
        { type: 'reasoning', summary: [], encrypted_content: 'b3BlbmFp' },
        { type: 'function_call', call_id: 'c', name: tools[1]!.name, arguments: '{}' },
      ],
      usage: { input_tokens: 5, output_tokens: 6, total_tokens: 11 },
    };
    const { body } = translateReply({
      from: 'responses',
      to: 'messages',
      body: Buffer.from(JSON.stringify(reply)),
      context,
    });
    const message = JSON.parse(body.toString()) as { content: JsonObject[] };
    expect(message).toMatchObject({
      stop_reason: 'tool_use',
      usage: { input_tokens: 5, output_tokens: 6 },
    });
    expect(message.content[1]!['name']).toHaveLength(100);

    // The next turn gives OpenAI its own reasoning back.
    const next = {
      ...CLAUDE_CODE,
      messages: [...CLAUDE_CODE.messages, { role: 'assistant', content: message.content }],
    };
    expect(JSON.stringify(translate('messages', next, GPT).sent)).toContain(
      '"encrypted_content":"b3BlbmFp"',
    );
  });

  it('is refused files that are stored at a provider', () => {
    const content = [{ type: 'document', source: { type: 'file', file_id: 'f' } }];
    const body = { max_tokens: 1, messages: [{ role: 'user', content }] };
    expect(refusal('messages', body, KIMI).param).toBe('messages[0].content[0].source.file_id');
  });
});
