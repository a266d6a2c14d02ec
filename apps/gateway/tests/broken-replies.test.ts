import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { ServerResponse } from 'node:http';
import {
  chatChunk,
  chatReply,
  chatStream,
  json,
  sendStream,
  streamHead,
} from './testing/stub-upstream.js';
import { framesFor } from './testing/stub-replies.js';
import { TestGateway } from './testing/test-gateway.js';

const turns = [{ role: 'user', content: 'Say hello to the whole wide world, please' }];
const asks = {
  '/v1/chat/completions': { messages: turns },
  '/v1/responses': { input: 'Say hello to the whole wide world, please' },
  '/v1/messages': { messages: turns, max_tokens: 64 },
} as const;
type Path = keyof typeof asks;
const paths = Object.keys(asks) as Path[];

const zeroUsage = {
  prompt_tokens: 0,
  completion_tokens: 0,
  input_tokens: 0,
  output_tokens: 0,
  total_tokens: 0,
};

describe('a reply that is none, or says nothing of its cost', () => {
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await TestGateway.start();
  });
  afterAll(() => gateway.stop());
  afterEach(() => {
    for (const upstream of upstreams()) upstream.answer = (res) => chatReply(res);
  });

  function upstreams() {
    return [gateway.openai, gateway.anthropic, gateway.east, gateway.west];
  }

  async function ask(path: Path, model: string, answer: (res: ServerResponse) => void, more = {}) {
    for (const upstream of upstreams()) upstream.answer = (res) => answer(res);
    const { apiKey } = gateway.caller();
    const body = JSON.stringify({ model, ...asks[path], ...more });
    const reply = await gateway.post(apiKey, body, {}, path);
    const text = await reply.text();
    const record = await gateway.record(reply.headers.get('x-request-id'));
    return { reply, text, record };
  }

  it.each<[string, string, object]>([
    ['an error of chat', 'kimi-k2.5', { error: { message: 'boom', code: 500 } }],
    ['vLLM’s bare error', 'kimi-k2.5', { object: 'error', message: 'boom', code: 500 }],
    ['no choices', 'kimi-k2.5', { id: 'c', choices: [], usage: zeroUsage }],
    ['an error of Messages', 'claude-sonnet-4-6', { type: 'error', error: { message: 'boom' } }],
    ['an error of Responses', 'gpt-5.4', { error: { message: 'boom', type: 'server_error' } }],
    ['a failed response', 'gpt-5.4', { status: 'failed', output: [], error: { message: 'boom' } }],
    ['a queued response', 'gpt-5.4', { status: 'queued', output: [] }],
  ])('is a 502 and costs nothing in any API: %s', async (_, model, body) => {
    for (const path of paths) {
      const { reply, text, record } = await ask(path, model, (res) => json(res, 200, body));
      expect(reply.status).toBe(502);
      expect(text).toContain('upstream_error');
      expect(record).toMatchObject({ status: 502, outcome: 'failed', costNanoUsd: '0' });
    }
  });

  it.each<[string, string[]]>([
    ['nothing but [DONE]', ['data: [DONE]\n\n']],
    ['an aborted engine', [chatChunk({}, abort()), 'data: [DONE]\n\n']],
    ['vLLM’s error', ['data: {"object":"error","message":"boom"}\n\n', 'data: [DONE]\n\n']],
  ])('fails a stream, which costs nothing where nothing came: %s', async (_, frames) => {
    for (const path of paths) {
      const stream = { stream: true };
      const { text, record } = await ask(path, 'kimi-k2.5', (r) => sendStream(r, frames), stream);
      expect(text).toContain('error');
      expect(text).not.toMatch(/message_stop|response\.completed/);
      expect(text.includes('[DONE]')).toBe(path === '/v1/responses');
      expect(record).toMatchObject({ outcome: 'failed', costNanoUsd: '0' });
    }
  });

  it('fails a message without its reason, and charges what it had delivered', async () => {
    const frames = framesFor('/messages', { words: ['one', ' two'] });
    const without = frames.filter((frame) => !frame.includes('message_delta'));
    const { text, record } = await ask(
      '/v1/messages',
      'claude-sonnet-4-6',
      (res) => sendStream(res, without),
      { stream: true },
    );
    expect(text).toContain('event: error');
    expect(text).not.toContain('message_stop');
    expect(record).toMatchObject({ outcome: 'failed', inputTokens: 30, outputTokens: 2 });
  });

  it.each([true, false])(
    'is counted by us where its usage is zero (stream: %s)',
    async (stream) => {
      for (const path of paths) {
        const answer = (res: ServerResponse): void =>
          stream
            ? sendStream(res, chatStream(['Hello', ' there'], zeroUsage))
            : chatReply(res, 'Hello there', zeroUsage);
        const { reply, record } = await ask(path, 'kimi-k2.5', answer, { stream });
        expect(reply.status).toBe(200);
        expect(record).toMatchObject({ outcome: 'completed', estimated: true });
        expect(record.outputTokens).toBeGreaterThan(1);
        expect(record.inputTokens).toBeGreaterThan(5);
        expect(BigInt(record.costNanoUsd)).toBeGreaterThan(0n);
      }
      const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
      expect(metrics).toMatch(/gateway_faults_total\{kind="missing_usage"[^}]*\} [1-9]/);
    },
  );

  it('keeps the usage that zeros follow', async () => {
    const frames = chatStream(['Hello', ' there']);
    frames.splice(-1, 0, chatChunk({}, { choices: [], usage: zeroUsage }));
    const { record } = await ask('/v1/chat/completions', 'gpt-5.4', (r) => sendStream(r, frames), {
      stream: true,
    });
    expect(record).toMatchObject({ inputTokens: 20, outputTokens: 12, estimated: false });
  });

  it('has not begun with a comment: another endpoint is asked, and nothing is charged for it', async () => {
    const asked: ServerResponse[] = [];
    const answer = (res: ServerResponse): void => {
      asked.push(res);
      if (asked.length > 1) return sendStream(res, chatStream(['from', ' elsewhere']));
      streamHead(res);
      res.write('\n: ping\n\n', () => res.destroy());
    };
    for (const path of paths) {
      asked.length = 0;
      const { text, record } = await ask(path, 'kimi-k2.5', answer, { stream: true });
      expect(asked).toHaveLength(2);
      expect(text).toContain('elsewhere');
      expect(record).toMatchObject({ outcome: 'completed', costNanoUsd: '49000' });
    }
  });
});

function abort(): object {
  return { choices: [{ index: 0, delta: {}, logprobs: null, finish_reason: 'abort' }] };
}
