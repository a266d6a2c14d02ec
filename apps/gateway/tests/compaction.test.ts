import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { CallerSocket } from './testing/response-socket.js';
import { answerLike } from './testing/stub-replies.js';
import { chatReplyBody, json, type ReceivedRequest } from './testing/stub-upstream.js';
import { TestGateway } from './testing/test-gateway.js';

type Body = Record<string, unknown>;
interface Asked {
  status: number;
  headers: Headers;
  text: string;
  body: Body & { output: Body[]; error: Body };
}

const models = ['gpt-5.4', 'claude-sonnet-4-6', 'kimi-k2.5'];
/** Those whose provider knows no compaction. */
const summed = models.slice(1);
const trigger = { type: 'compaction_trigger' };
const user = (content: string) => ({ type: 'message', role: 'user', content });
const look = { type: 'function', name: 'look', parameters: { type: 'object', properties: {} } };
const history = [
  user('alpha'),
  { type: 'function_call', call_id: 'call_1', name: 'look', arguments: '{}' },
  { type: 'function_call_output', call_id: 'call_1', output: 'seen' },
];

describe('compaction', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await TestGateway.start();
  });
  afterAll(() => gateway.stop());
  beforeEach(() => {
    for (const upstream of upstreams()) {
      upstream.answer = answerLike({ words: ['the ', 'summary'] });
      upstream.received.length = 0;
    }
  });

  const upstreams = () => [gateway.openai, gateway.anthropic, gateway.east, gateway.west];
  const received = (): ReceivedRequest[] => upstreams().flatMap((upstream) => upstream.received);

  async function ask(apiKey: string, path: string, body: object): Promise<Asked> {
    const reply = await gateway.post(apiKey, JSON.stringify(body), {}, path);
    const text = await reply.text();
    const parsed = text.startsWith('{') ? (JSON.parse(text) as Asked['body']) : undefined;
    return { status: reply.status, headers: reply.headers, text, body: parsed! };
  }
  const compact = (apiKey: string, body: object) => ask(apiKey, '/v1/responses/compact', body);
  const respond = (apiKey: string, body: object) => ask(apiKey, '/v1/responses', body);

  it.each(models)(
    'sums a conversation up, and charges it as the request that it makes: %s',
    async (model) => {
      const { apiKey } = gateway.caller();
      const tools = [look];
      const { status, body, headers } = await compact(apiKey, { model, input: history, tools });
      expect(status).toBe(200);
      expect(body).toEqual({
        id: expect.stringMatching(/^resp_/),
        object: 'response.compaction',
        created_at: expect.any(Number),
        output: [
          {
            id: 'msg_0',
            type: 'message',
            role: 'user',
            status: 'completed',
            content: [{ type: 'input_text', text: 'alpha' }],
          },
          {
            id: expect.stringMatching(/^cmp_/),
            type: 'compaction',
            encrypted_content: expect.any(String),
          },
        ],
        usage: expect.objectContaining({ input_tokens: 30, output_tokens: 12, total_tokens: 42 }),
      });
      expect(JSON.stringify(body)).not.toContain('the summary');
      const [sent] = received();
      expect(sent?.body).toMatch(/alpha.*seen.*takes its place/s);
      expect(sent?.json['stream'] ?? false).toBe(false);
      expect(await gateway.record(headers.get('x-request-id'))).toMatchObject({
        api: 'responses',
        outcome: 'completed',
        inputTokens: 30,
        outputTokens: 12,
      });
      expect(received()).toHaveLength(1);
    },
  );

  it.each(models)('opens it again for %s, whoever wrote it', async (model) => {
    const { apiKey } = gateway.caller();
    for (const writer of models) {
      const { body } = await compact(apiKey, { model: writer, input: 'alpha' });
      const input = [...body.output, user('beta')];
      expect((await respond(apiKey, { model, input })).status).toBe(200);
      expect(received().at(-1)?.body).not.toContain('encrypted_content":"mbc1');
    }
    const bodies = received().map(({ body }) => body);
    expect(bodies.filter((body) => /alpha.*the summary.*beta/s.test(body))).toHaveLength(3);
  });

  it('opens it for no other account, nor once it was changed', async () => {
    const [owner, other] = [gateway.caller(), gateway.caller()];
    const { body } = await compact(owner.apiKey, { model: 'kimi-k2.5', input: 'alpha' });
    const item = body.output[1]!;
    const sealed = String(item['encrypted_content']);
    const changed = { ...item, encrypted_content: `${sealed.slice(0, -6)}AAAAAA` };
    const before = received().length;
    for (const [apiKey, given] of [
      [other.apiKey, item],
      [owner.apiKey, changed],
    ] as const) {
      for (const model of models) {
        const refused = await respond(apiKey, { model, input: [user('x'), given] });
        expect(refused.status).toBe(400);
        expect(refused.body.error).toMatchObject({ param: 'input[1].encrypted_content' });
      }
    }
    expect(received()).toHaveLength(before);
  });

  it.each(summed)('answers a trigger with one item, whole and streamed: %s', async (model) => {
    const { apiKey } = gateway.caller();
    const input = [...history, trigger];
    const whole = await respond(apiKey, { model, input, tools: [look] });
    expect(whole.body).toMatchObject({ object: 'response', status: 'completed' });
    expect(whole.body.output).toEqual([expect.objectContaining({ type: 'compaction' })]);
    const streamed = await respond(apiKey, { model, input, tools: [look], stream: true });
    const events = streamed.text
      .split('\n')
      .filter((line) => line.startsWith('data: {'))
      .map((line) => JSON.parse(line.slice(6)) as Body);
    expect(events.map(({ type }) => type)).toEqual([
      'response.created',
      'response.in_progress',
      'response.output_item.added',
      'response.output_item.done',
      'response.completed',
    ]);
    expect(events.map(({ sequence_number }) => sequence_number)).toEqual([0, 1, 2, 3, 4]);
    expect(events.at(-1)).toMatchObject({ response: { output: [{ type: 'compaction' }] } });
    for (const { body } of received()) expect(body).not.toContain('compaction_trigger');
    expect(await gateway.record(streamed.headers.get('x-request-id'))).toMatchObject({
      streamed: true,
      outputTokens: 12,
    });
  });

  it('leaves a trigger to OpenAI for its own models', async () => {
    const { apiKey } = gateway.caller();
    await respond(apiKey, { model: 'gpt-5.4', input: [user('alpha'), trigger] });
    expect(gateway.openai.last.json['input']).toEqual([user('alpha'), trigger]);
  });

  it('says what is wrong with a request', async () => {
    const { apiKey } = gateway.caller();
    const model = 'kimi-k2.5';
    for (const [body, param] of [
      [{ input: 'x' }, 'model'],
      [{ model }, 'input'],
      [{ model, input: 'x', previous_response_id: 'resp_1' }, 'previous_response_id'],
    ] as const) {
      const { status, body: refused } = await compact(apiKey, body);
      expect(status).toBe(400);
      expect(refused.error['param']).toBe(param);
    }
    const early = await respond(apiKey, { model, input: [trigger, user('x')] });
    expect(early.body.error).toMatchObject({ param: 'input[0]' });
    expect((await compact(apiKey, { model: 'none', input: 'x' })).status).toBe(404);
    expect((await compact('mb_live_none', { model, input: 'x' })).status).toBe(401);
    expect(received()).toHaveLength(0);
  });

  it('gives no summary that was cut off', async () => {
    const { apiKey } = gateway.caller();
    const cut = chatReplyBody('half a summ').replace('"stop"', '"length"');
    gateway.east.answer = gateway.west.answer = (res) => json(res, 200, cut);
    const body = { model: 'kimi-k2.5', input: 'alpha' };
    expect((await compact(apiKey, body)).body.error).toMatchObject({
      code: 'upstream_invalid_reply',
    });
    gateway.east.answer = gateway.west.answer = (res) =>
      json(res, 400, { error: { message: 'no' } });
    const refused = await compact(apiKey, body);
    expect(refused.status).toBe(400);
    expect(refused.body.error['message']).toBe('no');
  });

  it('begins a new chain on a WebSocket with it, and goes on after a trigger without the history', async () => {
    const { apiKey } = gateway.caller();
    const model = 'claude-sonnet-4-6';
    const socket = await CallerSocket.open(gateway.url, apiKey);
    const { body } = await compact(apiKey, { model, input: 'alpha' });
    const first = await socket.turn({ model, input: [...body.output, user('beta')] });
    expect(first.at(-1)?.type).toBe('response.completed');
    expect(received().at(-1)?.body).toMatch(/the summary.*beta/s);
    const previous = (events: typeof first) => events.at(-1)!.response!.id;
    const input = [trigger];
    const compacted = await socket.turn({ model, previous_response_id: previous(first), input });
    expect(compacted.at(-1)?.response?.output).toMatchObject([{ type: 'compaction' }]);
    const next = { model, previous_response_id: previous(compacted), input: [user('gamma')] };
    expect((await socket.turn(next)).at(-1)?.type).toBe('response.completed');
    const last = received().at(-1)!.body;
    expect(last).toMatch(/the summary.*gamma/s);
    expect(last).not.toContain('beta');
    socket.ws.terminate();
  });

  it('counts an input for every model, by its vendor where it has one', async () => {
    const { apiKey } = gateway.caller();
    const counted = (res: ServerResponse): void => json(res, 200, { input_tokens: 7 });
    gateway.anthropic.answer = gateway.openai.answer = counted;
    const count = (model: string) =>
      ask(apiKey, '/v1/responses/input_tokens', {
        model,
        input: history,
        tools: [look],
        temperature: 0.5,
      });
    const claude = await count('claude-sonnet-4-6');
    expect(claude.body).toEqual({ object: 'response.input_tokens', input_tokens: 7 });
    expect(gateway.anthropic.last.path).toBe('/v1/messages/count_tokens');
    expect(Object.keys(gateway.anthropic.last.json).sort()).toEqual(['messages', 'model', 'tools']);
    const gpt = await count('gpt-5.4');
    expect(gpt.body).toEqual({ object: 'response.input_tokens', input_tokens: 7 });
    expect(gateway.openai.last.path).toBe('/v1/responses/input_tokens');
    expect(Object.keys(gateway.openai.last.json).sort()).toEqual(['input', 'model', 'tools']);
    const kimi = await count('kimi-k2.5');
    expect(kimi.body).toEqual({
      object: 'response.input_tokens',
      input_tokens: expect.any(Number),
    });
    expect(kimi.body['input_tokens']).toBeGreaterThan(10);
    expect(received()).toHaveLength(2);
  });
});
