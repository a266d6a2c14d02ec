import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { eventually } from '@modelbridge/testing-kit';
import { wantedMembers } from '../src/plan/request-fields.js';
import { granted } from './testing/stub-services.js';
import { CallerSocket } from './testing/response-socket.js';
import { answerLike } from './testing/stub-replies.js';
import { TestGateway } from './testing/test-gateway.js';

/** `FUZZ_RUNS=20000 FUZZ_SEED=7 npm test -- apps/gateway/tests/no-500` looks longer, and at other requests. */
const runs = Number(process.env['FUZZ_RUNS'] ?? 500);
const seed = Number(process.env['FUZZ_SEED'] ?? 1);

const user = [{ role: 'user', content: 'hi' }];
const models = ['gpt-5.4', 'claude-sonnet-4-6', 'kimi-k2.5'];
const turn = { role: 'assistant', content: [{ type: 'text', text: 'x' }] };
const tool = {
  type: 'function',
  function: { name: 'f', parameters: {} },
  name: 'f',
  input_schema: {},
};

/** A member that every body of a path needs, and others that are as clients send them. */
const ways = [
  { path: 'chat/completions', format: 'chat', basis: { messages: user } },
  { path: 'responses', format: 'responses', basis: { input: 'hi' } },
  { path: 'responses/compact', format: 'responses', basis: { input: 'hi' } },
  { path: 'responses/input_tokens', format: 'responses', basis: { input: 'hi' } },
  { path: 'messages', format: 'messages', basis: { messages: user, max_tokens: 9 } },
  { path: 'messages/count_tokens', format: 'messages', basis: { messages: user } },
] as const;

/** What is nearly right somewhere: where code that expects more goes wrong. */
const fragments: readonly unknown[] = [
  ...[null, true, 0, -1, 1.5, 1e308, 2 ** 53, '', 'x', [], {}, [[]], [{}], [null], [1], ['x']],
  ...[
    'auto',
    'none',
    'required',
    'low',
    'json_schema',
    'default',
    'x'.repeat(600),
    '\u0000',
    '\ud800',
  ],
  ...[{ type: null }, { type: 1 }, { type: 'x' }, { type: 'function' }, { type: 'json_schema' }],
  ...[{ type: 'text' }, { type: 'enabled' }, { type: 'auto' }, { format: {} }, { user_id: 1 }],
  ...[{ effort: 1 }, { include_usage: 1 }, { format: { type: 1 } }, { budget_tokens: 'x' }],
  ...[{ __proto__: 1 }, { constructor: 1 }, { toString: 1 }, { length: -1 }],
  ...['text', 'image', 'image_url', 'input_text', 'input_image', 'input_file', 'file', 'document'],
  ...['tool_use', 'tool_result', 'thinking', 'redacted_thinking', 'reasoning', 'compaction'],
  ...[
    'function_call',
    'function_call_output',
    'message',
    'web_search',
    'computer',
    'mcp',
    'custom',
  ],
  user,
  [turn],
  [tool],
];

const types = fragments.filter((value): value is string => typeof value === 'string');
const names = [
  ...['type', 'role', 'content', 'text', 'name', 'id', 'call_id', 'tool_call_id', 'tool_calls'],
  ...[
    'function',
    'arguments',
    'parameters',
    'input',
    'output',
    'source',
    'image_url',
    'url',
    'data',
  ],
  ...[
    'media_type',
    'file',
    'file_data',
    'cache_control',
    'ttl',
    'signature',
    'thinking',
    'summary',
  ],
  ...['encrypted_content', 'status', 'json_schema', 'schema', 'format', 'effort', 'budget_tokens'],
  ...['refusal', 'audio', 'tool_use_id', 'is_error', 'citations', 'title', 'reasoning_content'],
];

const value = fc.letrec<{ any: unknown; object: unknown; part: unknown }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    fc.constantFrom(...fragments),
    tie('object'),
    tie('part'),
    fc.array(tie('any'), { maxLength: 3 }),
  ),
  object: fc.dictionary(fc.constantFrom(...names), tie('any'), { maxKeys: 4 }),
  part: fc
    .tuple(
      fc.constantFrom(...types),
      fc.constantFrom('user', 'assistant', 'system', 'tool', 'developer'),
      fc.dictionary(fc.constantFrom(...names), tie('any'), { maxKeys: 4 }),
    )
    .map(([type, role, more]) => ({ type, role, ...more })),
})).any;

const membersOf = (format: (typeof ways)[number]['format'], ...more: string[]) =>
  fc.dictionary(
    fc.constantFrom(...wantedMembers[format], 'messages', 'system', 'instructions', ...more),
    value,
    { maxKeys: 3 },
  );

/** Turns of one connection: each a message that begins a response, or something that is none. */
const conversation = fc.record({
  model: fc.constantFrom(...models),
  turns: fc.array(
    fc.oneof(
      { weight: 6, arbitrary: membersOf('responses', 'stream_id', 'generate', 'type') },
      { weight: 1, arbitrary: fc.constantFrom(...fragments) },
    ),
    { minLength: 1, maxLength: 3 },
  ),
});

const request = fc.constantFrom(...ways).chain((way) =>
  fc.record({
    way: fc.constant(way),
    model: fc.constantFrom(...models),
    members: membersOf(way.format),
    headers: fc.dictionary(
      fc.constantFrom(
        ...['idempotency-key', 'anthropic-beta', 'anthropic-version', 'x-session-id'],
        ...['session_id', 'x-request-id', 'openai-organization', 'accept'],
      ),
      fc.constantFrom(
        '',
        ' ',
        'x',
        'x'.repeat(300),
        ',',
        '2023-06-01',
        'context-1m-2025-08-07,,',
        '\u00ff',
      ),
      { maxKeys: 2 },
    ),
  }),
);

describe('whatever a caller sends', () => {
  let gateway: TestGateway;
  let apiKey: string;

  beforeAll(async () => {
    gateway = await TestGateway.start();
    for (const upstream of [gateway.openai, gateway.anthropic, gateway.east, gateway.west]) {
      upstream.answer = answerLike({ words: ['ok'] });
    }
    gateway.services.answerGrant = ({ wantedNanoUsd }) => ({
      $case: 'granted',
      value: { ...granted(wantedNanoUsd), idleMs: 500 },
    });
    ({ apiKey } = gateway.caller());
  });
  afterAll(() => gateway.stop());

  async function statusOf({ way, model, members, headers }: Asked): Promise<string> {
    const body = JSON.stringify({ model, ...way.basis, ...members });
    const reply = await gateway.post(apiKey, body, headers, `/v1/${way.path}`);
    const text = await reply.text();
    return `${reply.status}${text.includes('internal_error') ? ' internal_error' : ''}`;
  }
  type Asked = typeof request extends fc.Arbitrary<infer T> ? T : never;

  const isOurs = (status: string): boolean => /^500| internal_error/.test(status);

  async function expectNothingHeld(): Promise<void> {
    const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
    expect(metrics).toMatch(/^gateway_spool_open_requests\S* 0$/m);
    await eventually(() => {
      const closed = new Set(gateway.services.closed.map(({ allowanceId }) => allowanceId));
      const left = gateway.services.grants.filter(({ allowanceId }) => !closed.has(allowanceId));
      expect(left).toEqual([]);
    });
  }

  it('is answered with anything but a fault of ours, and holds nothing when it is over', async () => {
    await fc.assert(
      fc.asyncProperty(request, async (asked) => {
        const status = await statusOf(asked);
        if (isOurs(status)) throw new Error(status);
      }),
      { numRuns: runs, seed },
    );
    await expectNothingHeld();
  });

  it('over a WebSocket is so too, and each turn has an end', async () => {
    await fc.assert(
      fc.asyncProperty(conversation, async ({ model, turns }) => {
        const socket = await CallerSocket.open(gateway.url, apiKey);
        try {
          for (const turn of turns) {
            const from = socket.events.length;
            const isEvent = typeof turn === 'object' && turn !== null && !Array.isArray(turn);
            const event = { type: 'response.create', model, input: 'hi', ...(isEvent ? turn : {}) };
            socket.ws.send(JSON.stringify(isEvent ? event : turn));
            const last = (await socket.next(from)).at(-1);
            const told = `${last?.status ?? 200} ${last?.error?.code} ${JSON.stringify(last?.['response'])}`;
            if (isOurs(told)) throw new Error(told);
          }
        } finally {
          socket.ws.close();
          await socket.end();
        }
      }),
      { numRuns: runs / 5, seed },
    );
    await expectNothingHeld();
  });
});
