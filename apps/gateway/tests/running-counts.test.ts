import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { request as httpRequest, type ServerResponse } from 'node:http';
import { eventually } from '@modelbridge/testing-kit';
import {
  chatChunk,
  sendStream,
  streamHead,
  type ReceivedRequest,
} from './testing/stub-upstream.js';
import { bounds } from '../src/bounds.js';
import { RunningRequests } from '../src/inference/running-requests.service.js';
import { TestGateway } from './testing/test-gateway.js';

const messages = [{ role: 'user', content: 'Say hello to the whole wide world, please' }];
const words = ['a long word of many', ' letters', ' and one more'];
const usageOf = (completion_tokens: number): object => ({
  prompt_tokens: 30,
  total_tokens: 30 + completion_tokens,
  completion_tokens,
});
const counted = [
  chatChunk({ role: 'assistant', content: '' }, { usage: usageOf(0) }),
  ...words.map((content, i) => chatChunk({ content }, { usage: usageOf(i + 1) })),
];

describe('the running counts of a self-hosted pool', () => {
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await TestGateway.start();
  });
  afterAll(() => gateway.stop());

  function answers(answer: (res: ServerResponse, request: ReceivedRequest) => void): void {
    gateway.east.answer = gateway.west.answer = answer;
  }

  it('are asked for, charged where the stream breaks off, and not shown unasked', async () => {
    for (const [path, body] of [
      ['/v1/chat/completions', { messages }],
      ['/v1/responses', { input: 'hi' }],
      ['/v1/messages', { messages, max_tokens: 64 }],
    ] as const) {
      let asked: Record<string, unknown> = {};
      answers((res, { json }) => {
        asked = json;
        streamHead(res);
        for (const frame of counted.slice(0, -1)) res.write(frame);
        res.write(counted.at(-1), () => res.destroy());
      });
      const { apiKey } = gateway.caller();
      const asks = JSON.stringify({ model: 'kimi-k2.5', stream: true, ...body });
      const reply = await gateway.post(apiKey, asks, {}, path);
      const text = await reply.text();
      expect(asked).toMatchObject({
        stream_options: { include_usage: true, continuous_usage_stats: true },
        timings_per_token: true,
      });
      expect(text).not.toContain('completion_tokens');
      expect(await gateway.record(reply.headers.get('x-request-id'))).toMatchObject({
        outcome: 'upstream_cut',
        inputTokens: 30,
        outputTokens: 3,
        estimated: false,
      });
    }
  });

  it('cost nothing while they count no output', async () => {
    answers((res) => {
      streamHead(res);
      res.write(counted[0], () => res.destroy());
    });
    const { apiKey } = gateway.caller();
    const asks = JSON.stringify({ model: 'kimi-k2.5', stream: true, messages });
    const reply = await gateway.post(apiKey, asks);
    await reply.text();
    expect(await gateway.record(reply.headers.get('x-request-id'))).toMatchObject({
      outcome: 'upstream_cut',
      costNanoUsd: '0',
    });
  });

  it('reach a caller who asked for them', async () => {
    answers((res) => sendStream(res, [...counted, 'data: [DONE]\n\n']));
    const { apiKey } = gateway.caller();
    const stream_options = { include_usage: true, continuous_usage_stats: true };
    const asks = JSON.stringify({ model: 'kimi-k2.5', stream: true, stream_options, messages });
    const text = await (await gateway.post(apiKey, asks)).text();
    expect(text.match(/"completion_tokens"/g)).toHaveLength(counted.length);
  });

  /** Resolves when the gateway has ended the call that it made for a caller who leaves, some time after that. */
  async function leave(stream: boolean, send: (res: ServerResponse) => void, afterMs = 0) {
    const { apiKey, keyId } = gateway.caller();
    let isEnded = false;
    answers((res) => {
      res.once('close', () => (isEnded = true));
      send(res);
    });
    const req = httpRequest(`${gateway.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${apiKey}` },
    });
    req.on('error', () => undefined);
    const called = gateway.east.received.length + gateway.west.received.length;
    req.end(JSON.stringify({ model: 'kimi-k2.5', stream, messages }));
    if (stream) {
      const [res] = (await once(req, 'response')) as [NodeJS.ReadableStream];
      let text = '';
      for await (const piece of res) {
        text += String(piece);
        if (text.includes('one more')) break;
      }
    } else {
      await eventually(() => {
        const { length } = [...gateway.east.received, ...gateway.west.received];
        expect(length).toBeGreaterThan(called);
      });
    }
    req.destroy();
    const running = gateway.service.running.app.get(RunningRequests, { strict: false });
    await eventually(() => {
      if (afterMs > 0) running.tick(performance.now() + afterMs);
      expect(isEnded).toBe(true);
    });
    return eventually(() => {
      const found = gateway.published.find((record) => record.keyId === keyId);
      if (found === undefined) throw new Error('not yet');
      return found;
    });
  }

  it('are what a caller who leaves is charged, and the pool is free at once', async () => {
    const record = await leave(true, (res) => {
      streamHead(res);
      for (const frame of counted) res.write(frame);
    });
    expect(record).toMatchObject({
      outcome: 'caller_gone',
      status: 200,
      inputTokens: 30,
      outputTokens: 3,
      estimated: false,
    });
  });

  it('are our own count of the prompt where a caller leaves before anything has come', async () => {
    const record = await leave(false, () => undefined);
    expect(record).toMatchObject({
      outcome: 'caller_gone',
      status: 499,
      outputTokens: 0,
      estimated: true,
    });
    expect(record.inputTokens).toBeGreaterThan(5);
  });

  it('are our own count of the prompt where a whole reply has begun, its caller leaves, and the pool falls silent', async () => {
    const begin = (res: ServerResponse): void => {
      res.writeHead(200, { 'content-type': 'application/json' });
      res.write('{"id": "never whole"');
    };
    const record = await leave(false, begin, bounds.drainMs + 1);
    expect(record).toMatchObject({
      outcome: 'caller_gone',
      status: 499,
      outputTokens: 0,
      estimated: true,
    });
  });
});
