import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { eventually } from '@modelbridge/testing-kit';
import { allowanceBounds } from '../src/allowances/bounds.js';
import { RunningRequests } from '../src/inference/running-requests.service.js';
import { bounds } from '../src/bounds.js';
import { chatChunk, streamHead } from './testing/stub-upstream.js';
import { TestGateway } from './testing/test-gateway.js';

interface OpenStream {
  res: IncomingMessage;
  requestId: string;
  received: () => string;
  ended: Promise<void>;
  drop: () => void;
}

describe('time limits', () => {
  let gateway: TestGateway;
  let upstreamReply: ServerResponse;

  beforeAll(async () => {
    gateway = await TestGateway.start();
    gateway.openai.answer = (res, { json }) => {
      upstreamReply = res;
      if (json['stream'] !== true) return;
      streamHead(res);
      res.write(chatChunk({ role: 'assistant', content: 'one two three' }));
    };
  });
  afterAll(() => gateway.stop());

  function running(): RunningRequests {
    return gateway.service.running.app.get(RunningRequests, { strict: false });
  }

  /** A stream of which the first piece has come. */
  function openStream(apiKey = gateway.caller().apiKey): Promise<OpenStream> {
    return new Promise((resolve, reject) => {
      const req = httpRequest(
        `${gateway.url}/v1/chat/completions`,
        { method: 'POST', headers: { authorization: `Bearer ${apiKey}` } },
        (res) => {
          let text = '';
          const ended = new Promise<void>((done) => {
            res.once('close', done);
          });
          res.on('error', () => undefined);
          res.on('data', (chunk: Buffer) => (text += chunk.toString()));
          res.once('data', () =>
            resolve({
              res,
              requestId: String(res.headers['x-request-id']),
              received: () => text,
              ended,
              drop: () => req.destroy(),
            }),
          );
        },
      );
      req.on('error', reject);
      req.end(
        JSON.stringify({
          model: 'gpt-5.4',
          stream: true,
          messages: [{ role: 'user', content: 'hi' }],
        }),
      );
    });
  }

  it('sends a comment when a stream is silent for long, and not before', async () => {
    const before = performance.now();
    const stream = await openStream();
    running().tick(before + bounds.keepAliveSilenceMs - 1);
    running().tick(performance.now() + bounds.keepAliveSilenceMs + 1);
    await eventually(() => expect(stream.received()).toContain(': keep-alive\n\n'));
    upstreamReply.end();
    await stream.ended;
    expect(stream.received().match(/: keep-alive/g)).toHaveLength(1);
  });

  it('cuts a stream at the total time limit, says so, and charges what was delivered', async () => {
    const stream = await openStream();
    running().tick(performance.now() + bounds.totalMs + 1);
    await stream.ended;
    expect(stream.received()).toContain('"code":"upstream_timeout"');
    expect(stream.received()).not.toContain('[DONE]');
    const record = await gateway.record(stream.requestId);
    expect(record).toMatchObject({ outcome: 'timed_out', estimated: true, status: 200 });
    expect(BigInt(record.costNanoUsd)).toBeGreaterThan(0n);
  });

  it('answers 504 when nothing has come by then, and charges nothing', async () => {
    const { apiKey } = gateway.caller();
    const before = gateway.openai.received.length;
    const reply = gateway.post(apiKey, JSON.stringify({ model: 'gpt-5.4', messages: [] }));
    await eventually(() => expect(gateway.openai.received.length).toBe(before + 1));
    running().tick(performance.now() + bounds.totalMs + 1);
    const answer = await reply;
    expect(answer.status).toBe(504);
    expect(await gateway.record(answer.headers.get('x-request-id'))).toMatchObject({
      outcome: 'timed_out',
      costNanoUsd: '0',
    });
  });

  it('gives a stream up when its caller has been gone for long, and charges what was received', async () => {
    const stream = await openStream();
    stream.drop();
    await stream.ended;
    let upstreamClosed = false;
    upstreamReply.once('close', () => (upstreamClosed = true));
    upstreamReply.write(chatChunk({ content: ' four five six seven eight nine ten' }));
    await eventually(() => {
      running().tick(performance.now() + bounds.drainMs + 1);
      expect(upstreamClosed).toBe(true);
    });
    const record = await gateway.record(stream.requestId);
    expect(record).toMatchObject({ outcome: 'caller_gone', estimated: true });
    expect(record.outputTokens).toBeGreaterThan(0);
  });

  it('takes no more from an upstream than its caller takes', async () => {
    const pieces = 2_000;
    const piece = chatChunk({ content: 'x'.repeat(32 * 1024) });
    let written = 0;
    const answer = gateway.openai.answer;
    gateway.openai.answer = (res) => {
      streamHead(res);
      const more = (): void => {
        while (written < pieces && res.write(piece)) written++;
        if (written < pieces) res.once('drain', more);
      };
      more();
    };
    const stream = await openStream();
    stream.res.pause();
    let settled = -1;
    await eventually(
      () => {
        const same = settled === written;
        settled = written;
        expect(same).toBe(true);
      },
      { intervalMs: 200 },
    );
    gateway.openai.answer = answer;
    // Socket buffers take some; of 64 MB most must still be with the upstream.
    expect(written).toBeLessThan(pieces / 2);
    stream.drop();
  });

  it('ends before the process is ended for taking too long to stop', () => {
    const afterRequests = Math.max(bounds.settleOnShutdownMs, allowanceBounds.closeOnShutdownMs);
    expect(bounds.shutdownGraceMs + afterRequests).toBeLessThan(8_000);
  });

  it('ends what runs on shutdown with an error frame, and accounts for it', async () => {
    const stream = await openStream();
    const startedAt = performance.now();
    const closing = gateway.service.running.close();
    await eventually(async () => {
      const { status } = await fetch(`${gateway.url}/readyz`);
      expect(status).toBe(503);
    });
    const refused = await gateway.post(gateway.caller().apiKey, '{}');
    expect(refused.status).toBe(503);
    await stream.ended;
    expect(performance.now() - startedAt).toBeGreaterThan(bounds.shutdownGraceMs - 100);
    expect(stream.received()).toContain('"code":"gateway_restarting"');
    await closing;
    const record = gateway.published.find(({ requestId }) => requestId === stream.requestId);
    expect(record).toMatchObject({ outcome: 'shut_down', estimated: true });
    const closed = gateway.services.closed.find(
      ({ allowanceId }) => allowanceId === record?.allowanceId,
    );
    expect(closed?.spentNanoUsd).toBe(BigInt(record?.costNanoUsd ?? '-1'));
  });
});
