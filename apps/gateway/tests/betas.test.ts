import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { answerLike } from './testing/stub-replies.js';
import { TestGateway } from './testing/test-gateway.js';

const ephemeral = { type: 'ephemeral' };
const scoped = { ...ephemeral, scope: 'global' };

/** A beta that the catalog does not allow, what needs it, and what is left without both. */
const rows: [beta: string, name: string, sent: object, left: object][] = [
  [
    'prompt-caching-scope-2026-01-05',
    'cache_control.scope',
    {
      cache_control: scoped,
      system: [{ type: 'text', text: 's', cache_control: scoped }],
      tools: [{ name: 't', input_schema: { properties: { scope: {} } }, cache_control: scoped }],
      messages: [
        { role: 'user', content: 'hi' },
        {
          role: 'assistant',
          content: [{ type: 'tool_use', id: 'i', name: 't', input: { cache_control: scoped } }],
        },
        {
          role: 'user',
          content: [
            {
              type: 'tool_result',
              tool_use_id: 'i',
              content: [{ type: 'text', text: '"scope"', cache_control: scoped }],
            },
            { type: 'text', text: 'go', cache_control: scoped },
          ],
        },
      ],
    },
    {
      cache_control: ephemeral,
      system: [{ type: 'text', text: 's', cache_control: ephemeral }],
      tools: [{ name: 't', input_schema: { properties: { scope: {} } }, cache_control: ephemeral }],
      messages: [
        { role: 'user', content: 'hi' },
        {
          role: 'assistant',
          content: [{ type: 'tool_use', id: 'i', name: 't', input: { cache_control: scoped } }],
        },
        {
          role: 'user',
          content: [
            {
              type: 'tool_result',
              tool_use_id: 'i',
              content: [{ type: 'text', text: '"scope"', cache_control: ephemeral }],
            },
            { type: 'text', text: 'go', cache_control: ephemeral },
          ],
        },
      ],
    },
  ],
  [
    'task-budgets-2026-03-13',
    'output_config.task_budget',
    { output_config: { effort: 'low', task_budget: { type: 'tokens', total: 9 } } },
    { output_config: { effort: 'low' } },
  ],
  [
    'thinking-display-updates-2026-08-18',
    'thinking.display',
    { thinking: { type: 'adaptive', display: 'updates' } },
    { thinking: { type: 'adaptive' } },
  ],
  [
    'thinking-binding-controls-2026-08-01',
    'thinking.block_binding',
    { thinking: { type: 'adaptive', block_binding: {} } },
    { thinking: { type: 'adaptive' } },
  ],
  [
    'mid-conversation-output-config-2026-07-01',
    'messages.output_config',
    { messages: [{ role: 'system', content: 'x', output_config: { effort: 'low' } }] },
    { messages: [{ role: 'system', content: 'x' }] },
  ],
  [
    'mid-conversation-system-clear-at-2026-08-21',
    'messages.clear_at',
    { messages: [{ role: 'system', content: 'x', clear_at: 'never' }] },
    { messages: [{ role: 'system', content: 'x' }] },
  ],
  [
    'context-management-2025-06-27',
    'context_management',
    { context_management: { edits: [] } },
    {},
  ],
  ['message-threads-2026-08-12', '', { thread: null }, {}],
];

describe('a member of Anthropic’s bodies that needs a beta', () => {
  let gateway: TestGateway;
  const allowed = 'context-1m-2025-08-07';

  beforeAll(async () => {
    gateway = await TestGateway.start();
    gateway.anthropic.answer = answerLike({ words: ['ok'] });
  });
  afterAll(() => gateway.stop());

  async function post(more: object, beta?: string) {
    const { apiKey } = gateway.caller();
    const sent = { model: 'claude-sonnet-4-6', max_tokens: 64, messages: [{ role: 'user' }] };
    const headers: Record<string, string> = beta === undefined ? {} : { 'anthropic-beta': beta };
    const text = JSON.stringify({ ...sent, ...more });
    const reply = await gateway.post(apiKey, text, headers, '/v1/messages');
    expect(reply.status).toBe(200);
    await reply.arrayBuffer();
    const { json, headers: upstream } = gateway.anthropic.last;
    const { model: _, max_tokens: __, ...members } = json;
    return { members, upstream, ignored: reply.headers.get('x-modelbridge-ignored') };
  }

  it.each(rows)('goes with %s, named', async (beta, name, sent, left) => {
    const { members, upstream, ignored } = await post(sent, `${beta},${allowed}`);
    expect(members).toEqual({ messages: [{ role: 'user' }], ...left });
    expect(upstream['anthropic-beta']).toBe(allowed);
    expect(ignored?.split(', ')).toEqual([`anthropic-beta.${beta}`, name].filter(Boolean));
  });

  it('goes without its beta too where it is a thread that is null', async () => {
    const { members, ignored } = await post({ thread: null });
    expect(members).not.toHaveProperty('thread');
    expect(ignored).toBeNull();
  });

  const given = rows.filter(([, name]) => name !== '');
  it.each(given)('goes along with %s where the catalog allows that', async (beta, _, sent) => {
    const { snapshot } = gateway.services;
    const models = snapshot.models.map((model) =>
      model.provider === 'anthropic' ? { ...model, allowedBetas: [beta] } : model,
    );
    gateway.services.publish({ ...snapshot, version: snapshot.version + 1n, models });
    try {
      let seen = await post(sent, beta);
      while (seen.upstream['anthropic-beta'] !== beta) seen = await post(sent, beta);
      expect(seen.members).toMatchObject(sent);
      expect(seen.ignored).toBeNull();
    } finally {
      gateway.services.publish({ ...snapshot, version: snapshot.version + 2n });
    }
  });

  it('is left to Anthropic where no beta was asked for', async () => {
    const [, , sent] = rows[0]!;
    const { members, ignored } = await post(sent);
    expect(members).toEqual(sent);
    expect(ignored).toBeNull();
  });

  it('never goes where it would compact, or look at what another customer sent', async () => {
    const clear = { type: 'clear_thinking_20251015' };
    const { members, ignored } = await post({
      diagnostics: { previous_message_id: 'msg_1' },
      context_management: { edits: [{ type: 'compact_20260112' }, clear] },
    });
    expect(members).toEqual({
      messages: [{ role: 'user' }],
      context_management: { edits: [clear] },
    });
    expect(ignored).toBe('context_management.edits.compact, diagnostics');
  });
});
