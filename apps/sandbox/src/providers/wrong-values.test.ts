import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Shape } from '../shapes/shape.js';
import { TestSandbox } from '../testing/test-sandbox.js';
import { MESSAGES_REQUEST } from './anthropic/request-shapes.js';
import { CHAT_REQUEST } from './openai/chat-shapes.js';
import { RESPONSES_REQUEST } from './openai/responses-shapes.js';
import { SELFHOSTED_CHAT_REQUEST } from './selfhosted/chat-shape.js';

const deep = JSON.parse('['.repeat(1_000) + ']'.repeat(1_000)) as unknown;
const WRONG = [
  ...['x', '', 1, 1.5, -1, 1e308, true, null, [], {}, [1], [null], [{}], [[]], deep],
  ...[{ type: 1 }, [{ type: 'nonsense' }], [{ type: 'function' }], [{ role: 1, content: {} }]],
  ...[[{ role: 'user', content: [{}] }], [{ role: 'user', content: [{ type: 'text', text: 1 }] }]],
];

let sandbox: TestSandbox;
beforeAll(async () => {
  sandbox = await TestSandbox.start();
});
afterAll(() => sandbox.close());

const membersOf = (shape: Shape) =>
  shape.kind === 'object' ? Object.keys(shape.members).map((name) => name.replace('?', '')) : [];

it.each([
  ['anthropic/v1/messages', 'ANTHROPIC', 'claude-opus-4-6', MESSAGES_REQUEST],
  ['openai/v1/chat/completions', 'OPENAI', 'gpt-5.4', CHAT_REQUEST],
  ['openai/v1/responses', 'OPENAI', 'gpt-5.4', RESPONSES_REQUEST],
  [
    'selfhosted/us-east/v1/chat/completions',
    'SELFHOSTED',
    'zai-org/GLM-5',
    SELFHOSTED_CHAT_REQUEST,
  ],
] as const)('/%s has words for every wrong value', async (path, provider, model, shape) => {
  const key = sandbox.config[`SANDBOX_${provider}_API_KEY`];
  const messages = [{ role: 'user', content: 'x' }];
  const base = path.endsWith('responses') ? { model, input: 'x' } : { model, messages };
  const headers = { 'anthropic-version': '2023-06-01' };
  const failed: unknown[] = [];
  for (const member of membersOf(shape)) {
    await Promise.all(
      WRONG.map(async (value) => {
        const body = {
          max_tokens: path.startsWith('anthropic') ? 9 : undefined,
          ...base,
          [member]: value,
        };
        const reply = await sandbox.post(`/${path}`, key, body, { headers });
        const text = await reply.text();
        if (reply.status >= 500) failed.push([member, value, text]);
      }),
    );
  }
  expect(failed).toEqual([]);
});
