import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../json.js';
import type { Refusal } from '../testing/refusal.js';
import { TestSandbox } from '../testing/test-sandbox.js';
import { ANTHROPIC_REFUSALS } from './anthropic/refusals.js';
import { CHAT_REFUSALS } from './openai/chat-refusals.js';
import { RESPONSES_REFUSALS } from './openai/responses-refusals.js';
import { SELFHOSTED_REFUSALS } from './selfhosted/refusals.js';

interface Vendor {
  path: string;
  key: 'SANDBOX_ANTHROPIC_API_KEY' | 'SANDBOX_OPENAI_API_KEY' | 'SANDBOX_SELFHOSTED_API_KEY';
  body: JsonObject;
  refusals: Refusal[];
}

const messages = [{ role: 'user', content: 'x' }];

const VENDORS: Record<string, Vendor> = {
  Anthropic: {
    path: '/anthropic/v1/messages',
    key: 'SANDBOX_ANTHROPIC_API_KEY',
    body: { model: 'claude-opus-4-6', max_tokens: 64_000, messages },
    refusals: ANTHROPIC_REFUSALS,
  },
  "OpenAI's chat completions": {
    path: '/openai/v1/chat/completions',
    key: 'SANDBOX_OPENAI_API_KEY',
    body: { model: 'gpt-5.4', messages },
    refusals: CHAT_REFUSALS,
  },
  "OpenAI's responses": {
    path: '/openai/v1/responses',
    key: 'SANDBOX_OPENAI_API_KEY',
    body: { model: 'gpt-5.4', input: 'x' },
    refusals: RESPONSES_REFUSALS,
  },
  vLLM: {
    path: '/selfhosted/us-east/v1/chat/completions',
    key: 'SANDBOX_SELFHOSTED_API_KEY',
    body: { model: 'moonshotai/Kimi-K2.5', messages },
    refusals: SELFHOSTED_REFUSALS,
  },
};

let sandbox: TestSandbox;
beforeAll(async () => {
  sandbox = await TestSandbox.start();
});
afterAll(() => sandbox.close());

describe.each(Object.entries(VENDORS))('%s refuses', (_name, vendor) => {
  const send = async (row: Refusal, side: 'refused' | 'accepted') => {
    const counted = row.path === undefined ? {} : { max_tokens: undefined };
    const path = row.path === undefined ? vendor.path : `/anthropic${row.path}`;
    const body = { ...vendor.body, ...counted, ...row[side] };
    const headers = { 'anthropic-version': '2023-06-01', ...row.headers?.[side] };
    const reply = await sandbox.post(path, sandbox.config[vendor.key], body, { headers });
    return { status: reply.status, text: await reply.text() };
  };

  it.each(vendor.refusals.map((row) => [row.member, row] as const))('%s', async (_member, row) => {
    const refused = await send(row, 'refused');
    const { error } = JSON.parse(refused.text) as { error: Record<string, unknown> };
    expect({ status: refused.status, message: error.message, code: error.code }).toEqual({
      status: row.status ?? 400,
      message: row.words,
      code: vendor.key === 'SANDBOX_OPENAI_API_KEY' ? (row.code ?? null) : error.code,
    });
    const accepted = await send(row, 'accepted');
    expect(accepted).toEqual({ status: 200, text: expect.any(String) });
  });
});
