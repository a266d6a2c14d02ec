import type { Refusal } from '../../testing/refusal.js';
import { TOOL_REFUSALS } from './tool-refusals.js';

const user = (content: unknown) => ({ role: 'user', content });
const assistant = (content: unknown) => ({ role: 'assistant', content });
const tool = (name: string, more = {}) => ({ name, input_schema: { type: 'object' }, ...more });
const call = (id: string, more = {}) => ({ type: 'tool_use', id, name: 'f', input: {}, ...more });
const result = (id: string) => ({ type: 'tool_result', tool_use_id: id, content: 'ok' });
const text = (words: string) => ({ type: 'text', text: words });
const image = (media_type: string) => ({
  type: 'image',
  source: { type: 'base64', media_type, data: 'AAAA' },
});
const beta = (name: string) => ({ accepted: { 'anthropic-beta': name } });
const closed = (properties: object) => ({
  type: 'object',
  properties,
  additionalProperties: false,
});

/** What Anthropic refuses in a message or its count. */
export const ANTHROPIC_REFUSALS: Refusal[] = [
  {
    member: 'response_format',
    source: 'amrit110/oli#7',
    refused: { response_format: { type: 'json_object' } },
    accepted: { metadata: { user_id: 'u' } },
    words: 'response_format: Extra inputs are not permitted',
  },
  {
    member: 'messages.0.content.0.tool_use.text',
    source: 'anthropics/claude-code#4378',
    refused: { messages: [user('x'), assistant([call('a', { text: '' })]), user([result('a')])] },
    accepted: { messages: [user('x'), assistant([call('a')]), user([result('a')])] },
    words: 'messages.1.content.0.tool_use.text: Extra inputs are not permitted',
  },
  {
    member: 'cache_control on thinking',
    source: 'Wei-Shaw/sub2api#225',
    refused: {
      messages: [
        user('x'),
        assistant([
          { type: 'thinking', thinking: 't', signature: 's', cache_control: { type: 'ephemeral' } },
        ]),
        user('y'),
      ],
    },
    accepted: {
      messages: [user([{ ...text('x'), cache_control: { type: 'ephemeral', ttl: '1h' } }])],
    },
    words: 'messages.1.content.0.thinking.cache_control: Extra inputs are not permitted',
  },
  {
    member: 'messages.0.content.0.thinking.signature',
    source: 'can1357/oh-my-pi#6379',
    refused: {
      messages: [
        user('x'),
        assistant([{ type: 'thinking', thinking: 't', signature: '' }, text('a')]),
        user('y'),
      ],
    },
    accepted: { messages: [user('x'), assistant([text('a')]), user('y')] },
    words: 'messages.1.content.0: Invalid `signature` in `thinking` block',
  },
  {
    member: 'cache_control.scope',
    source: 'anthropics/claude-code#25597',
    refused: {
      system: [{ ...text('s'), cache_control: { type: 'ephemeral', scope: 'global' } }],
    },
    accepted: {
      system: [{ ...text('s'), cache_control: { type: 'ephemeral', scope: 'global' } }],
    },
    headers: beta('prompt-caching-scope-2026-01-05'),
    words: 'system.0.cache_control.ephemeral.scope: Extra inputs are not permitted',
  },
  {
    member: 'output_config.task_budget',
    source: '@anthropic-ai/sdk 1.14: the member is in the beta types alone',
    refused: { output_config: { task_budget: { type: 'tokens', total: 20_000 } } },
    accepted: { output_config: { task_budget: { type: 'tokens', total: 20_000 } } },
    headers: beta('task-budgets-2026-03-13'),
    words: 'output_config.task_budget: Extra inputs are not permitted',
  },
  {
    member: 'thinking.display',
    source: '@anthropic-ai/sdk 1.14: `updates` is in the beta types alone',
    refused: { thinking: { type: 'adaptive', display: 'updates' } },
    accepted: { thinking: { type: 'adaptive', display: 'updates' } },
    headers: beta('thinking-display-updates-2026-08-18'),
    words: "thinking.adaptive.display: Input should be 'summarized' or 'omitted'",
  },
  {
    member: 'thread',
    source: '@anthropic-ai/sdk 1.14: the member is in the beta types alone',
    refused: { thread: { type: 'create' } },
    accepted: { thread: { type: 'create' } },
    headers: beta('message-threads-2026-08-12'),
    words: 'thread: Extra inputs are not permitted',
  },
  {
    member: 'context_management',
    source: 'anthropics/claude-code#14135',
    refused: { context_management: { edits: [] } },
    accepted: { context_management: { edits: [] } },
    headers: beta('context-management-2025-06-27'),
    words: 'context_management: Extra inputs are not permitted',
  },
  {
    member: 'output_format',
    source: '@anthropic-ai/sdk 1.14: the member is in the beta types alone',
    refused: { output_format: { type: 'json_schema', schema: closed({}) } },
    accepted: { output_format: { type: 'json_schema', schema: closed({}) } },
    headers: beta('structured-outputs-2025-11-13'),
    words: 'output_format: Extra inputs are not permitted',
  },
  ...TOOL_REFUSALS,
  {
    member: 'messages.1.content.0.tool_use.id',
    source: 'public logs quote it: "tool_use.id: String should match pattern"',
    refused: { messages: [user('x'), assistant([call('a.b')]), user([result('a.b')])] },
    accepted: { messages: [user('x'), assistant([call('a_b')]), user([result('a_b')])] },
    words: "messages.1.content.0.tool_use.id: String should match pattern '^[a-zA-Z0-9_-]+$'",
  },
  {
    member: 'messages.1.content.1: id',
    source: 'HKUDS/nanobot#3943',
    refused: {
      messages: [user('x'), assistant([call('a'), call('a')]), user([result('a')])],
    },
    accepted: {
      messages: [user('x'), assistant([call('a'), call('b')]), user([result('a'), result('b')])],
    },
    words: 'messages.1.content.1: `tool_use` ids must be unique',
  },
  {
    member: 'tool_result without its tool_use',
    source: 'anthropics/claude-code#18947',
    refused: { messages: [user([result('a')])] },
    accepted: { messages: [user('x'), assistant([call('a')]), user([result('a'), text('y')])] },
    words:
      'messages.0.content.0: unexpected `tool_use_id` found in `tool_result` blocks: a. Each ' +
      '`tool_result` block must have a corresponding `tool_use` block in the previous message.',
  },
  {
    member: 'tool_use without its tool_result',
    source: 'anthropics/claude-code#8210',
    refused: { messages: [user('x'), assistant([call('a')]), user('y')] },
    accepted: { messages: [user('x'), assistant([call('a')]), user([result('a')]), user('y')] },
    words:
      'messages.1: `tool_use` ids were found without `tool_result` blocks immediately after: a. ' +
      'Each `tool_use` block must have a corresponding `tool_result` block in the next message.',
  },
  {
    member: 'tool_result behind text',
    source: 'Anthropic documentation, handle tool calls: results come first in the content',
    refused: { messages: [user('x'), assistant([call('a')]), user([text('y'), result('a')])] },
    accepted: { messages: [user('x'), assistant([call('a')]), user([result('a'), text('y')])] },
    words:
      'messages.1: `tool_use` ids were found without `tool_result` blocks immediately after: a. ' +
      'Each `tool_use` block must have a corresponding `tool_result` block in the next message.',
  },
  {
    member: 'messages: an empty text block',
    source: 'anthropics/claude-code#59812',
    refused: { messages: [user([text('')])] },
    accepted: { messages: [user([text('x')])] },
    words: 'messages: text content blocks must be non-empty',
  },
  {
    member: 'messages: a blank text block',
    source: 'anthropics/claude-code#23440',
    refused: { messages: [user('x'), assistant([text(' \n')]), user('y')] },
    accepted: { messages: [user('x'), assistant([text('a\n')]), user('y')] },
    words: 'messages: text content blocks must contain non-whitespace text',
  },
  {
    member: 'system: an empty text block',
    source: 'BiFangKNT/mtga#68',
    refused: { system: [text('')] },
    accepted: { system: [text('s')] },
    words: 'system: text content blocks must be non-empty',
  },
  {
    member: 'messages.0: empty content',
    source: 'anthropics/claude-code#6774',
    refused: { messages: [user('')] },
    accepted: { messages: [user('x'), assistant('')] },
    words:
      'messages.0: all messages must have non-empty content except for the optional final ' +
      'assistant message',
  },
  {
    member: 'messages: the end of a prefill',
    source: 'tailcallhq/forgecode#1872',
    refused: { messages: [user('x'), assistant('The answer is ')] },
    accepted: { messages: [user('x'), assistant('The answer is')] },
    words: 'messages: final assistant content cannot end with trailing whitespace',
  },
  {
    member: 'messages.0.content.0.image.source.base64.media_type',
    source: 'anthropics/claude-code#8184',
    refused: { messages: [user([image('image/jpg')])] },
    accepted: { messages: [user([image('image/jpeg')])] },
    words:
      "messages.0.content.0.image.source.base64.media_type: Input should be 'image/jpeg', " +
      "'image/png', 'image/gif' or 'image/webp'",
  },
  {
    member: 'max_tokens and thinking.budget_tokens',
    source: 'Anthropic documentation, extended and interleaved thinking; spring-ai#3513',
    refused: { max_tokens: 2000, thinking: { type: 'enabled', budget_tokens: 2000 } },
    accepted: {
      max_tokens: 2000,
      thinking: { type: 'enabled', budget_tokens: 32_000 },
      tools: [tool('f')],
    },
    headers: beta('interleaved-thinking-2025-05-14'),
    words: '`max_tokens` must be greater than `thinking.budget_tokens`.',
  },
  {
    member: 'max_tokens of a count',
    source: '@anthropic-ai/sdk 1.14: MessageCountTokensParams has no such member',
    path: '/v1/messages/count_tokens',
    refused: { max_tokens: 5 },
    accepted: { max_tokens: undefined },
    words: 'max_tokens: Extra inputs are not permitted',
  },
  ...(
    [
      ['temperature', 'hot', 'Input should be a valid number'],
      ['temperature', 2, 'Input should be less than or equal to 1'],
      ['max_tokens', '5', 'Input should be a valid integer'],
      ['max_tokens', 0, 'Input should be greater than or equal to 1'],
      ['stream', 'yes', 'Input should be a valid boolean'],
      ['system', 5, 'Input should be a valid list'],
      ['stop_sequences', 'x', 'Input should be a valid list'],
      ['metadata', 'x', 'Input should be a valid dictionary'],
    ] as const
  ).map(([member, value, words]) => ({
    member: `${member}: ${JSON.stringify(value)}`,
    source: 'pydantic 2, whose messages Anthropic passes on',
    refused: { [member]: value },
    accepted: {},
    words: `${member}: ${words}`,
  })),
];
