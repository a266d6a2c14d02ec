import { request, type IncomingMessage, type ServerResponse } from 'node:http';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { eventually } from '@modelbridge/testing-kit';
import { KeyShares } from '../src/shares/key-shares.js';
import { chatChunk, chatReply, streamHead } from './testing/stub-upstream.js';
import { TestGateway } from './testing/test-gateway.js';

const chat = (stream: boolean): string =>
  JSON.stringify({
    model: 'gpt-5.4',
    stream,
    max_tokens: 20,
    messages: [{ role: 'user', content: 'hi' }],
  });

describe('a key that opens all the streams that it can', () => {
  let gateway: TestGateway;
  const silent: ServerResponse[] = [];
  afterEach(async () => {
    jest.restoreAllMocks();
    endAll();
    await gateway.stop();
  });

  /** Streams begin, and then nothing more comes of them; all else is answered. */
  async function start(env: NodeJS.ProcessEnv = {}): Promise<void> {
    gateway = await TestGateway.start(env);
    gateway.openai.answer = (res, { json }) => {
      if (json['stream'] !== true) return chatReply(res);
      streamHead(res);
      res.write(chatChunk({ role: 'assistant', content: 'one' }));
      silent.push(res);
    };
  }

  function endAll(): void {
    for (const res of silent.splice(0)) res.end();
  }

  /** The reply of a stream, without its end. */
  function open(apiKey: string): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' };
      const url = `${gateway.url}/v1/chat/completions`;
      const req = request(url, { method: 'POST', headers, agent: false }, resolve);
      req.once('error', reject);
      req.end(chat(true));
    });
  }

  /** The statuses of so many streams, some at a time. */
  async function openMany(apiKey: string, count: number): Promise<IncomingMessage[]> {
    const opened: IncomingMessage[] = [];
    while (opened.length < count) {
      const some = Math.min(20, count - opened.length);
      const replies = await Promise.all(Array.from({ length: some }, () => open(apiKey)));
      opened.push(...replies);
    }
    return opened;
  }

  async function bodyOf(reply: IncomingMessage): Promise<unknown> {
    const pieces: Buffer[] = [];
    for await (const piece of reply) pieces.push(piece as Buffer);
    return JSON.parse(Buffer.concat(pieces).toString());
  }

  it('is refused beyond its share, told which, others are served, and it again when some have ended', async () => {
    // Room for 682 requests.
    await start({ SPOOL_MAX_BYTES: String(8 * 1024 * 1024) });
    const share = 227;
    const greedy = gateway.caller();
    const replies = await openMany(greedy.apiKey, share + 20);
    const statuses = replies.map(({ statusCode }) => statusCode);
    expect(statuses.filter((status) => status === 200)).toHaveLength(share);
    expect(statuses.filter((status) => status === 429)).toHaveLength(20);
    const last = replies.at(-1)!;
    expect(last.headers).toMatchObject({ 'retry-after': '1', 'x-should-retry': 'true' });
    expect(await bodyOf(last)).toMatchObject({
      error: { code: 'too_many_at_once', bound: 'key.open_requests' },
    });
    const other = gateway.caller();
    expect((await gateway.post(other.apiKey, chat(false))).status).toBe(200);
    const others = await openMany(other.apiKey, 20);
    expect(others.map(({ statusCode }) => statusCode)).toEqual(others.map(() => 200));
    endAll();
    await eventually(async () =>
      expect((await gateway.post(greedy.apiKey, chat(false))).status).toBe(200),
    );
  });

  it('control: without shares it fills the spool, and others are refused', async () => {
    jest.spyOn(KeyShares.prototype, 'take').mockReturnValue(undefined);
    await start({ SPOOL_MAX_BYTES: String(1024 * 1024) });
    const replies = await openMany(gateway.caller().apiKey, 200);
    expect(replies.at(-1)!.statusCode).toBe(503);
    expect((await gateway.post(gateway.caller().apiKey, chat(false))).status).toBe(503);
  });
});
