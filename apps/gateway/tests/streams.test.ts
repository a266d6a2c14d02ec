import { Agent, request as httpRequest } from 'node:http';
import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { chatChunk, chatStream, streamHead } from './testing/stub-upstream.js';
import { TestGateway } from './testing/test-gateway.js';

/** Above what a pool of connections of a usual size would let through at once. */
const streams = 700;
const wave = 50;

describe('open streams', () => {
  let gateway: TestGateway;
  const agent = new Agent({ maxSockets: Infinity });
  const body = JSON.stringify({
    model: 'gpt-5.4',
    stream: true,
    messages: [{ role: 'user', content: 'hi' }],
  });

  beforeAll(async () => {
    gateway = await TestGateway.start();
  });
  afterAll(async () => {
    agent.destroy();
    await gateway.stop();
  });

  /** Resolves with the first piece of the stream, and a promise of the whole. */
  function openStream(apiKey: string): Promise<{ first: string; whole: Promise<string> }> {
    return new Promise((resolve, reject) => {
      const req = httpRequest(
        `${gateway.url}/v1/chat/completions`,
        { method: 'POST', agent, headers: { authorization: `Bearer ${apiKey}` } },
        (res) => {
          let text = '';
          const whole = new Promise<string>((done) => res.on('end', () => done(text)));
          res.on('error', reject);
          res.on('data', (chunk: Buffer) => (text += chunk.toString()));
          res.once('data', () => resolve({ first: text, whole }));
        },
      );
      req.on('error', reject);
      req.end(body);
    });
  }

  it('to one provider all begin while none of them ends, however many', async () => {
    const held: ServerResponse[] = [];
    gateway.openai.answer = (res) => {
      held.push(res);
      streamHead(res);
      res.write(chatChunk({ role: 'assistant', content: 'first' }));
    };
    const { apiKey } = gateway.caller();
    // In waves, each held open: to wait for all at once would be a race with the gateway's time limits.
    const opened: Awaited<ReturnType<typeof openStream>>[] = [];
    while (opened.length < streams) {
      opened.push(...(await Promise.all(Array.from({ length: wave }, () => openStream(apiKey)))));
    }
    expect(held).toHaveLength(streams);
    expect(opened.filter(({ first }) => first.includes('first'))).toHaveLength(streams);
    for (const res of held) {
      for (const frame of chatStream([' last']).slice(1)) res.write(frame);
      res.end();
    }
    const wholes = await Promise.all(opened.map(({ whole }) => whole));
    expect(wholes.filter((text) => text.endsWith('data: [DONE]\n\n'))).toHaveLength(streams);
  });
});
