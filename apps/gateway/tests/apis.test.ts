import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { APIError as AnthropicError } from '@anthropic-ai/sdk';
import type { WireFormat } from '@modelbridge/llm-wire';
import { eventually } from '@modelbridge/testing-kit';
import { APIError as OpenAIError } from 'openai';
import { askWith } from './testing/official-clients.js';
import { answerLike, framesFor } from './testing/stub-replies.js';
import {
  chatReply,
  json,
  streamHead,
  type ReceivedRequest,
  type StubUpstream,
} from './testing/stub-upstream.js';
import { TestGateway } from './testing/test-gateway.js';

const paths: Record<WireFormat, string> = {
  chat: '/v1/chat/completions',
  responses: '/v1/responses',
  messages: '/v1/messages',
};
const spoolApis: Record<WireFormat, string> = {
  chat: 'chat_completions',
  responses: 'responses',
  messages: 'messages',
};
const stopReasons: Record<WireFormat, [string, string]> = {
  chat: ['stop', 'tool_calls'],
  responses: ['completed', 'completed'],
  messages: ['end_turn', 'tool_use'],
};

type Row = [inbound: WireFormat, model: string, upstreamPath: string, isNative: boolean];
const rows: Row[] = [
  ['chat', 'gpt-5.4', '/v1/chat/completions', true],
  ['chat', 'claude-sonnet-4-6', '/v1/messages', false],
  ['chat', 'kimi-k2.5', '/v1/chat/completions', true],
  ['responses', 'gpt-5.4', '/v1/responses', true],
  ['responses', 'claude-sonnet-4-6', '/v1/messages', false],
  ['responses', 'kimi-k2.5', '/v1/chat/completions', false],
  ['messages', 'gpt-5.4', '/v1/responses', false],
  ['messages', 'claude-sonnet-4-6', '/v1/messages', true],
  ['messages', 'kimi-k2.5', '/v1/chat/completions', false],
];

describe('every API to every kind of upstream', () => {
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await TestGateway.start();
  });
  afterAll(() => gateway.stop());
  afterEach(() => answerAll((res) => chatReply(res)));

  function answerAll(answer: StubUpstream['answer']): void {
    for (const stub of [gateway.openai, gateway.anthropic, gateway.east, gateway.west]) {
      stub.answer = answer;
    }
  }

  /** The newest call of this model. */
  function callOf(model: string): ReceivedRequest {
    const stubs = [gateway.openai, gateway.anthropic, gateway.east, gateway.west];
    const calls = stubs.flatMap(({ received }) => received);
    return calls.filter(({ json: { model: name } }) => name === `upstream-${model}`).at(-1)!;
  }

  function body(inbound: WireFormat, model: string, more: object = {}): string {
    const turns = [{ role: 'user', content: 'hi' }];
    if (inbound === 'responses') return JSON.stringify({ model, input: turns, ...more });
    if (inbound === 'chat') return JSON.stringify({ model, messages: turns, ...more });
    return JSON.stringify({ model, max_tokens: 64, messages: turns, ...more });
  }

  describe.each(rows)('%s to %s (%s)', (inbound, model, upstreamPath, isNative) => {
    it.each([true, false])('answers the official client (stream: %s)', async (stream) => {
      answerAll(answerLike({ words: ['Hel', 'lo ', 'you'] }));
      const caller = gateway.caller();
      const seen = await askWith(inbound, caller, { model, stream, tools: false });
      expect(seen).toMatchObject({
        text: 'Hello you',
        calls: [],
        reason: stopReasons[inbound][0],
        outputTokens: 12,
      });
      if (!stream) expect(seen.requestId).toMatch(/^req_/);
      const record = await eventually(() => {
        const found = gateway.published.find(({ keyId }) => keyId === caller.keyId);
        if (found === undefined) throw new Error('not published yet');
        return found;
      });
      expect(record).toMatchObject({
        api: spoolApis[inbound],
        model,
        streamed: stream,
        inputTokens: 30,
        outputTokens: 12,
        estimated: false,
        outcome: 'completed',
      });
    });

    it.each([true, false])('hands tools over and calls back (stream: %s)', async (stream) => {
      answerAll(answerLike({ words: ['Wait.'], callsTool: true }));
      const seen = await askWith(inbound, gateway.caller(), { model, stream, tools: true });
      expect(seen).toMatchObject({
        text: 'Wait.',
        calls: [{ name: 'look', input: { at: 'x' } }],
        reason: stopReasons[inbound][1],
      });
    });

    it('calls the API that keeps most, without what the provider would run or store', async () => {
      answerAll(answerLike({ words: ['ok'] }));
      const hosted =
        inbound === 'messages'
          ? { tools: [{ type: 'web_search_20250305', name: 'web_search' }] }
          : inbound === 'responses'
            ? { tools: [{ type: 'web_search' }] }
            : {};
      const { apiKey } = gateway.caller();
      const sent = body(inbound, model, hosted);
      const reply = await gateway.post(apiKey, sent, {}, paths[inbound]);
      expect(reply.status).toBe(200);
      expect(reply.headers.get('x-request-id')).toMatch(/^req_/);
      expect(reply.headers.get('request-id')).toBe(
        inbound === 'messages' ? reply.headers.get('x-request-id') : null,
      );
      for (const name of ['model', 'provider', 'region']) {
        expect(reply.headers.get(`x-modelbridge-${name}`)).not.toBeNull();
      }
      if (inbound !== 'chat') {
        expect(reply.headers.get('x-modelbridge-ignored')).toContain('tools.web_search');
      }
      await reply.arrayBuffer();
      const call = callOf(model);
      expect(call.path).toBe(upstreamPath);
      expect(call.body).not.toContain('web_search');
      if (model === 'gpt-5.4') expect(call.json['store']).toBe(false);
    });

    it('keeps what an upstream says of a bad request, in the caller’s shape', async () => {
      const message = 'This model’s maximum context length is 5 tokens';
      answerAll((res, { path }) =>
        json(
          res,
          400,
          path.endsWith('/messages')
            ? { type: 'error', error: { type: 'invalid_request_error', message } }
            : { error: { message, type: 'invalid_request_error', param: null, code: null } },
        ),
      );
      const failed: unknown = await askWith(inbound, gateway.caller(), {
        model,
        stream: true,
        tools: false,
      }).catch((error: unknown) => error);
      expect(failed).toBeInstanceOf(inbound === 'messages' ? AnthropicError : OpenAIError);
      expect(failed).toMatchObject({ status: 400 });
      expect((failed as Error).message).toContain(message);
    });

    it('tells the client of an upstream that breaks off, and charges what was delivered', async () => {
      answerAll((res, { path }) => {
        streamHead(res);
        const frames = framesFor(path, { words: ['some words that were said'] });
        const said = frames.findIndex((frame) => frame.includes('some words'));
        res.write(frames.slice(0, said + 1).join(''), () => res.destroy());
      });
      const caller = gateway.caller();
      await expect(
        askWith(inbound, caller, { model, stream: true, tools: false }),
      ).rejects.toThrow();
      const record = await eventually(() => {
        const found = gateway.published.find(({ keyId }) => keyId === caller.keyId);
        if (found === undefined) throw new Error('not published yet');
        return found;
      });
      expect(record).toMatchObject({ outcome: 'upstream_cut', estimated: true, status: 200 });
      expect(record.outputTokens).toBeGreaterThan(0);
      expect(BigInt(record.costNanoUsd)).toBeGreaterThan(0n);
    });

    it('ends a stream once, with [DONE] but where an upstream’s own stream has none', async () => {
      answerAll(answerLike({ words: ['ok'] }));
      const { apiKey } = gateway.caller();
      const sent = body(inbound, model, { stream: true });
      const text = await (await gateway.post(apiKey, sent, {}, paths[inbound])).text();
      const count = (part: string): number => text.split(part).length - 1;
      const hasDone = inbound === 'chat' || (inbound === 'responses' && !isNative);
      expect(count('[DONE]')).toBe(hasDone ? 1 : 0);
      if (inbound === 'chat') expect(count('"finish_reason":"stop"')).toBe(1);
      if (inbound === 'responses') expect(count('event: response.completed')).toBe(1);
      if (inbound === 'messages') expect(count('event: message_stop')).toBe(1);
    });

    it('refuses what is not its format with that format’s error', async () => {
      const { apiKey } = gateway.caller();
      const reply = await gateway.post(apiKey, '{"model":', {}, paths[inbound]);
      expect(reply.status).toBe(400);
      const error = (await reply.json()) as { type?: string; error: { type: string } };
      expect(error.type).toBe(inbound === 'messages' ? 'error' : undefined);
      expect(error.error.type).toBe('invalid_request_error');
    });

    if (isNative) {
      it('passes the body on byte for byte but for what must change', async () => {
        answerAll(answerLike({ words: ['ok'] }));
        const { apiKey } = gateway.caller();
        const sent = body(inbound, model, { store: false, 'x-unknown': [1.5, '\u00e9'] });
        const spaced = sent.replace('"x-unknown":', '"x-unknown" :  ');
        await (await gateway.post(apiKey, spaced, {}, paths[inbound])).arrayBuffer();
        const stubs = [gateway.openai, gateway.anthropic, gateway.east, gateway.west];
        const received = stubs.flatMap((stub) => stub.received.map(({ body: text }) => text));
        // A server of open models obeys members that nobody here knows.
        const known = model === 'kimi-k2.5' ? spaced.replace(/,"x-unknown".*\]/, '') : spaced;
        expect(received).toContain(known.replace(`"${model}"`, `"upstream-${model}"`));
      });
    }
  });
});
