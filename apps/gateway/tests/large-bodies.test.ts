import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  it,
  jest,
} from '@jest/globals';
import { workerBounds } from '../src/workers/bounds.js';
import { answerLike } from './testing/stub-replies.js';
import { json } from './testing/stub-upstream.js';
import { TestGateway } from './testing/test-gateway.js';

const paths = { chat: 'chat/completions', responses: 'responses', messages: 'messages' } as const;
type Format = keyof typeof paths;

const large = 600_000;
/** Few bytes with many values in them. */
const turns = Array.from({ length: 3_000 }, (_, i) => ({
  role: i % 2 === 0 ? 'user' : 'assistant',
  content: `${i}`,
}));
const textOf = (content: unknown): unknown[] => [{ role: 'user', content }];
const kinds: Record<string, unknown[]> = {
  newlines: textOf(`lines${'\n'.repeat(large / 2)}`),
  letters: textOf('é'.repeat(large / 2)),
  'many messages': [...turns, { role: 'user', content: 'last' }],
};

const messagesReply = {
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'upstream',
  content: [{ type: 'text', text: 'yes' }],
  stop_reason: 'end_turn',
  usage: { input_tokens: 30, output_tokens: 12 },
};

function requestOf(format: Format, model: string, messages: unknown[], rest: object = {}): string {
  const input = format === 'responses' ? { input: messages } : { messages };
  return JSON.stringify({ model, ...input, max_tokens: undefined, ...rest });
}

const cap = { messages: { max_tokens: 100 }, chat: {}, responses: {} };
/** Every way, with each kind in turn. */
const rows = (Object.keys(paths) as Format[]).flatMap((format, i) =>
  ['gpt-5.4', 'claude-sonnet-4-6', 'kimi-k2.5'].map(
    (model, j) => [format, model, Object.keys(kinds)[(i + j) % 3]!] as const,
  ),
);

describe('large bodies', () => {
  let gateway: TestGateway;
  /** The longest text that this thread made or read as JSON. */
  let longest = 0;
  beforeAll(async () => {
    gateway = await TestGateway.start();
  });
  afterAll(() => gateway.stop());
  beforeEach(() => {
    for (const upstream of [gateway.openai, gateway.anthropic, gateway.east, gateway.west]) {
      upstream.answer = answerLike({ words: ['yes'] });
      upstream.received.length = 0;
    }
    longest = 0;
    const { parse, stringify } = JSON;
    jest.spyOn(JSON, 'parse').mockImplementation((text, reviver) => {
      longest = Math.max(longest, text.length);
      return parse(text, reviver) as unknown;
    });
    jest.spyOn(JSON, 'stringify').mockImplementation(((...args: [unknown]) => {
      const text = stringify(...args);
      longest = Math.max(longest, text?.length ?? 0);
      return text;
    }) as typeof JSON.stringify);
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });

  /** How often a job was done so far. */
  async function done(job: string): Promise<number> {
    const text = await (await fetch(`${gateway.url}/metrics`)).text();
    const line = text.split('\n').find((each) => each.includes(`job="${job}",outcome="done"`));
    return Number(line?.split(' ').at(-1) ?? 0);
  }

  it.each(rows)('%s to %s: %s are read by another thread', async (format, model, kind) => {
    const { apiKey } = gateway.caller();
    const body = requestOf(format, model, kinds[kind]!, cap[format]);
    jest.restoreAllMocks();
    const before = await done('plan');
    const reply = await gateway.post(apiKey, body, {}, `/v1/${paths[format]}`);
    expect([reply.status, (await reply.text()).slice(0, 200)]).toEqual([200, expect.anything()]);
    expect(await done('plan')).toBe(before + 1);
    const { openai, anthropic, east, west } = gateway;
    const [last] = [openai, anthropic, east, west].flatMap(({ received }) => received);
    expect(last?.body.length).toBeGreaterThan(kind === 'many messages' ? 50_000 : large / 2);
  });

  it('neither parses nor writes a large body where it came', async () => {
    const { apiKey } = gateway.caller();
    const body = requestOf('chat', 'claude-sonnet-4-6', kinds['newlines']!);
    gateway.anthropic.answer = (res) => json(res, 200, messagesReply);
    longest = 0;
    const reply = await gateway.post(apiKey, body);
    expect(reply.status).toBe(200);
    expect(longest).toBeLessThan(workerBounds.maxInPlaceBytes);
  });

  it('leaves small ones where they came', async () => {
    const { apiKey } = gateway.caller();
    const before = await done('plan');
    const reply = await gateway.post(apiKey, requestOf('chat', 'claude-sonnet-4-6', textOf('hi')));
    expect(reply.status).toBe(200);
    expect(await done('plan')).toBe(before);
  });

  it('refuses what is wrong in them in the same words', async () => {
    const { apiKey } = gateway.caller();
    const refusal = async (text: string): Promise<unknown> => {
      const wrong = { temperature: 'hot' };
      const body = requestOf('chat', 'claude-sonnet-4-6', textOf(text), wrong);
      const reply = await gateway.post(apiKey, body);
      return [reply.status, await reply.json()];
    };
    expect(await refusal('a'.repeat(large))).toEqual(await refusal('a'));
    const broken = `{"model":"kimi-k2.5","messages":[{"role":"user","content":"${'a'.repeat(large)}"]}`;
    const reply = await gateway.post(apiKey, broken);
    expect([reply.status, await reply.json()]).toMatchObject([
      400,
      { error: { code: 'invalid_json' } },
    ]);
  });

  it('makes the body anew where a cap is to be written, and sends it to another endpoint as well', async () => {
    const { apiKey } = gateway.caller();
    const fail = (res: Parameters<typeof json>[0]): void => json(res, 500, {});
    gateway.east.answer = fail;
    const before = await done('upstream_body');
    const sent = requestOf('chat', 'kimi-k2.5', kinds['letters']!, { max_tokens: 1_000_000 });
    const reply = await gateway.post(apiKey, sent);
    expect(reply.status).toBe(200);
    expect(gateway.west.last.json['max_tokens']).toBeLessThan(64_001);
    expect(gateway.west.last.body).toContain('é'.repeat(large / 2));
    expect(await done('upstream_body')).toBeGreaterThan(before);
  });

  it('reads large replies beside the event loop', async () => {
    const { apiKey } = gateway.caller();
    const said = 'long\n'.repeat(large / 4);
    gateway.openai.answer = answerLike({ words: [said] });
    const before = await done('reply');
    const reply = await gateway.post(
      apiKey,
      requestOf('messages', 'gpt-5.4', textOf('hi'), cap.messages),
      {},
      '/v1/messages',
    );
    jest.restoreAllMocks();
    const { content } = (await reply.json()) as { content: { text: string }[] };
    expect(content[0]?.text === said).toBe(true);
    expect(await done('reply')).toBe(before + 1);
  });

  it('counts their tokens there, and knows them again by an Idempotency-Key', async () => {
    const { apiKey } = gateway.caller();
    const path = '/v1/messages/count_tokens';
    const before = await done('count');
    const asked = requestOf('messages', 'kimi-k2.5', textOf('a'.repeat(large)));
    const counted = await gateway.post(apiKey, asked, {}, path);
    expect(((await counted.json()) as { input_tokens: number }).input_tokens).toBeGreaterThan(1);
    expect(await done('count')).toBe(before + 1);
    const hmacs = [large, 10, large].map(async (size, i) => {
      const key = { 'idempotency-key': `key-${i}` };
      const body = requestOf('chat', 'kimi-k2.5', textOf('a'.repeat(size)));
      return (await gateway.post(apiKey, body, key)).status;
    });
    expect(await Promise.all(hmacs)).toEqual([200, 200, 200]);
  });
});
