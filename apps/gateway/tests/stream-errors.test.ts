import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { framesFor } from './testing/stub-replies.js';
import { chatChunk, sendStream } from './testing/stub-upstream.js';
import { TestGateway } from './testing/test-gateway.js';

const turns = [{ role: 'user', content: 'hi' }];

/** The first events of a response, up to its first word. */
const begun = framesFor('/responses', { words: ['one', ' two'] }).slice(0, 5);

function responsesFailure(error: object): string[] {
  return [
    `event: error\ndata: ${JSON.stringify({ type: 'error', sequence_number: 5, error })}\n\n`,
    `event: response.failed\ndata: ${JSON.stringify({
      type: 'response.failed',
      sequence_number: 6,
      response: { id: 'resp_1', status: 'failed', error, usage: null },
    })}\n\n`,
  ];
}

describe('an error inside a stream', () => {
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await TestGateway.start();
  });
  afterAll(() => gateway.stop());

  async function failing(path: string, body: object, frames: string[]) {
    gateway.openai.answer = (reply) => sendStream(reply, frames);
    const { apiKey } = gateway.caller();
    const asked = JSON.stringify({ model: 'gpt-5.4', stream: true, ...body });
    const reply = await gateway.post(apiKey, asked, {}, path);
    const text = await reply.text();
    const record = await gateway.record(reply.headers.get('x-request-id'));
    expect(record).toMatchObject({
      status: 200,
      outcome: 'failed',
      errorClass: 'stream_failed',
    });
    return { text, record, cost: BigInt(record.costNanoUsd) };
  }

  const died = { message: 'engine died', type: 'server_error', code: 'server_error', param: null };
  const chatError = (error: object): string => `data: ${JSON.stringify({ error })}\n\n`;
  const chatBegin = chatChunk({ role: 'assistant', content: '' });

  it('before any output costs nothing, and after some costs that', async () => {
    const words = [chatChunk({ content: 'one' }), chatChunk({ content: ' two' })];
    const before = await failing('/v1/chat/completions', { messages: turns }, [
      chatBegin,
      chatError(died),
    ]);
    expect(before.cost).toBe(0n);
    const after = await failing('/v1/chat/completions', { messages: turns }, [
      chatBegin,
      ...words,
      chatError(died),
    ]);
    expect(after.cost).toBeGreaterThan(0n);
    expect(after.record).toMatchObject({ estimated: true, outputTokens: 2 });
    for (const { text } of [before, after]) expect(text.match(/engine died/g)).toHaveLength(1);
  });

  it('of Responses reaches the caller as both of its events, and ends the stream with one', async () => {
    const frames = [...begun, ...responsesFailure(died)];
    const { text, cost } = await failing('/v1/responses', { input: 'hi' }, frames);
    expect(text).toBe(frames.join(''));
    expect(cost).toBeGreaterThan(0n);
  });

  it('of Responses is one event in another format', async () => {
    const frames = [...begun, ...responsesFailure(died)];
    const { text } = await failing('/v1/messages', { max_tokens: 64, messages: turns }, frames);
    expect(text.match(/^event: error$/gm)).toHaveLength(1);
    expect(text).not.toContain('message_stop');
  });

  it('that is put in our words takes nothing with it of what came before', async () => {
    const limited = { ...died, code: 'rate_limit_exceeded', message: 'Limit of org-canary12345' };
    for (const [path, body, frames] of [
      [
        '/v1/chat/completions',
        { messages: turns },
        [chatChunk({ content: 'one' }), chatError(limited)],
      ],
      ['/v1/responses', { input: 'hi' }, [...begun, ...responsesFailure(limited)]],
      [
        '/v1/messages',
        { max_tokens: 9, messages: turns },
        [...begun, ...responsesFailure(limited)],
      ],
    ] as const) {
      const { text, cost } = await failing(path, body, [frames.join('')]);
      expect(text).toContain('one');
      expect(text).toContain('The provider has no capacity');
      expect(text).not.toContain('canary');
      expect(cost).toBeGreaterThan(0n);
    }
  });

  it.each([
    [
      'the platform’s account',
      { ...died, code: 'insufficient_quota', message: 'You exceeded your current quota' },
      'upstream_unavailable',
      /quota/i,
    ],
    [
      'the platform’s limits',
      {
        ...died,
        type: 'tokens',
        code: 'rate_limit_exceeded',
        message: 'Rate limit reached for gpt-5.4 in organization org-canary12345: Limit 30000',
      },
      'rate_limit_exceeded',
      /canary|30000/,
    ],
  ])('about %s is put in our words', async (_, error, code, secret) => {
    for (const [path, body, frames] of [
      ['/v1/chat/completions', { messages: turns }, [chatBegin, chatError(error)]],
      ['/v1/responses', { input: 'hi' }, [begun[0]!, ...responsesFailure(error)]],
      ['/v1/messages', { max_tokens: 9, messages: turns }, [begun[0]!, ...responsesFailure(error)]],
    ] as const) {
      const { text, cost } = await failing(path, body, [...frames]);
      expect(text).not.toMatch(secret);
      // Anthropic's errors have no code.
      if (path !== '/v1/messages') expect(text).toContain(`"code":"${code}"`);
      expect(text).toContain('The provider ');
      expect(cost).toBe(0n);
    }
    if (code !== 'upstream_unavailable') return;
    const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
    expect(metrics).toMatch(/gateway_faults_total\{kind="openai_account"[^}]*\} [1-9]/);
  });
});
