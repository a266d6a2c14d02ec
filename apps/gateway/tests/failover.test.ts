import type { ServerResponse } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@modelbridge/testing-kit';
import { RunningRequests } from '../src/inference/running-requests.service.js';
import { bounds } from '../src/bounds.js';
import {
  chatChunk,
  chatReply,
  chatReplyBody,
  chatStream,
  sendStream,
  streamHead,
} from './testing/stub-upstream.js';
import { TestGateway } from './testing/test-gateway.js';

const messages = [{ role: 'user', content: 'hi' }];

describe('an endpoint that does not bring a reply', () => {
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await TestGateway.start();
  });
  afterAll(() => gateway.stop());
  afterEach(() => {
    for (const { reply } of pending.splice(0)) reply.destroy();
  });

  const pending: { reply: ServerResponse }[] = [];

  /** Of the two endpoints of kimi-k2.5, the one that is called first does this, the other answers. */
  function firstOfTwo(fails: (reply: ServerResponse) => void): { calls: number } {
    const seen = { calls: 0 };
    for (const stub of [gateway.east, gateway.west]) {
      stub.answer = (reply, { json }) => {
        pending.push({ reply });
        if (seen.calls++ === 0) fails(reply);
        else if (json['stream'] === true) sendStream(reply, chatStream(['from', ' elsewhere']));
        else chatReply(reply, 'from elsewhere');
      };
    }
    return seen;
  }

  function ask(body: object): Promise<Response> {
    const { apiKey } = gateway.caller();
    return gateway.post(apiKey, JSON.stringify({ messages, ...body }));
  }

  /** Applies the time limits as if this much had passed, by default since now. */
  function pass(ms: number, since = performance.now()): void {
    const running = gateway.service.running.app.get(RunningRequests, { strict: false });
    running.tick(since + ms);
  }

  it.each([
    ['nothing at all', () => undefined],
    [
      'a head and then nothing',
      (reply: ServerResponse) => (streamHead(reply), reply.flushHeaders()),
    ],
  ])(
    'for a stream in time, but %s, is left for another, which alone is charged',
    async (_, fails) => {
      const seen = firstOfTwo(fails);
      const before = performance.now();
      const asked = ask({ model: 'kimi-k2.5', stream: true });
      await eventually(() => expect(seen.calls).toBe(1));
      pass(bounds.firstByteMs - 1, before);
      expect(seen.calls).toBe(1);
      pass(bounds.firstByteMs);
      const reply = await asked;
      expect(reply.status).toBe(200);
      expect(await reply.text()).toContain('elsewhere');
      expect(seen.calls).toBe(2);
      expect(await gateway.record(reply.headers.get('x-request-id'))).toMatchObject({
        outcome: 'completed',
        outputTokens: 12,
        region: reply.headers.get('x-modelbridge-region'),
      });
      const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
      expect(metrics).toMatch(/gateway_upstream_attempts_total\{[^}]*result="failed"[^}]*\} [1-9]/);
    },
  );

  it('for a whole reply is waited for: it may be thinking', async () => {
    let answering: ServerResponse | undefined;
    const seen = firstOfTwo((reply) => (answering = reply));
    const before = performance.now();
    const asked = ask({ model: 'kimi-k2.5' });
    await eventually(() => expect(seen.calls).toBe(1));
    pass(bounds.totalMs - 1, before);
    chatReply(answering!, 'at last');
    expect(await (await asked).text()).toContain('at last');
    expect(seen.calls).toBe(1);
  });

  it('and has none beside it is waited for much longer, then 504, at no cost', async () => {
    const calls = gateway.openai.received.length;
    gateway.openai.answer = (reply) => void pending.push({ reply });
    const before = performance.now();
    const asked = ask({ model: 'gpt-5.4', stream: true });
    await eventually(() => expect(gateway.openai.received.length).toBe(calls + 1));
    pass(bounds.firstByteMs + 1_000);
    pass(bounds.lastFirstByteMs - 1, before);
    pass(bounds.lastFirstByteMs);
    const reply = await asked;
    expect(reply.status).toBe(504);
    expect(gateway.openai.received.length).toBe(calls + 1);
    expect(await gateway.record(reply.headers.get('x-request-id'))).toMatchObject({
      outcome: 'failed',
      errorClass: 'upstream_silent',
      costNanoUsd: '0',
    });
  });

  it('and has none beside it keeps its caller’s connection alive once it has accepted', async () => {
    let accepted: ServerResponse | undefined;
    gateway.openai.answer = (reply) => {
      pending.push({ reply });
      accepted = reply;
      streamHead(reply);
      reply.flushHeaders();
    };
    const asked = ask({ model: 'gpt-5.4', stream: true });
    await eventually(() => {
      expect(accepted).toBeDefined();
      pass(bounds.keepAliveSilenceMs);
    });
    const reply = await asked;
    expect(reply.status).toBe(200);
    pass(2 * bounds.keepAliveSilenceMs);
    for (const frame of chatStream(['after', ' thinking'])) accepted?.write(frame);
    accepted?.end();
    const text = await reply.text();
    expect(text).toContain(': keep-alive');
    expect(text).toContain('thinking');
  });

  it.each([
    ['a stream', true, (reply: ServerResponse) => (streamHead(reply), reply.flushHeaders())],
    [
      'a whole reply',
      false,
      (reply: ServerResponse) => {
        const body = chatReplyBody('half of this');
        reply.writeHead(200, {
          'content-type': 'application/json',
          'content-length': body.length,
        });
        reply.write(body.slice(0, body.length / 2));
      },
    ],
  ])(
    'but cuts %s of which the caller has nothing is left for another',
    async (_, stream, begin) => {
      const seen = firstOfTwo((reply) => {
        begin(reply);
        setImmediate(() => reply.destroy());
      });
      const reply = await ask({ model: 'kimi-k2.5', stream });
      expect(reply.status).toBe(200);
      expect(await reply.text()).toContain('elsewhere');
      expect(seen.calls).toBe(2);
    },
  );

  it('but cuts a stream of which the caller has something is not: the stream says so, once', async () => {
    const seen = firstOfTwo((reply) => {
      streamHead(reply);
      reply.write(chatChunk({ role: 'assistant', content: 'half of' }), () => reply.destroy());
    });
    const reply = await ask({ model: 'kimi-k2.5', stream: true });
    const text = await reply.text();
    expect(text.match(/"code":"upstream_stream_cut"/g)).toHaveLength(1);
    expect(text).not.toContain('[DONE]');
    expect(seen.calls).toBe(1);
  });

  it('is known by the last snapshot while routing is away, and by a newer one when it is back', async () => {
    firstOfTwo((reply) => sendStream(reply, chatStream(['as', ' before'])));
    gateway.services.calls.length = 0;
    gateway.services.loseRouting();
    await eventually(() => expect(gateway.services.calls).toContain('routing.watchSnapshots'));
    expect((await ask({ model: 'kimi-k2.5', stream: true })).status).toBe(200);
    gateway.services.down.delete('routing');
    const snapshot = gateway.snapshot();
    gateway.services.publish({
      ...snapshot,
      version: 2n,
      models: snapshot.models.filter(({ id }) => id !== 'kimi-k2.5'),
    });
    await eventually(async () => expect((await ask({ model: 'kimi-k2.5' })).status).toBe(404));
  });
});
