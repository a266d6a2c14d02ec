import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { gzipSync } from 'node:zlib';
import {
  chatReplyBody,
  chatStream,
  json,
  sendStream,
  streamHead,
} from './testing/stub-upstream.js';
import { TestGateway } from './testing/test-gateway.js';

const messages = [{ role: 'user' as const, content: 'Say hello' }];

describe('chat completions', () => {
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await TestGateway.start();
  });
  afterAll(() => gateway.stop());

  it('answers through the upstream, with its body byte for byte, and charges what it reported', async () => {
    const { apiKey, keyId, accountId } = gateway.caller();
    const reply = await gateway.post(apiKey, JSON.stringify({ model: 'gpt-5.4', messages }));
    expect(reply.status).toBe(200);
    expect(await reply.text()).toBe(chatReplyBody());
    expect(reply.headers.get('x-modelbridge-model')).toBe('gpt-5.4');
    expect(reply.headers.get('x-modelbridge-provider')).toBe('openai');
    expect(reply.headers.get('x-modelbridge-region')).toBe('us-east');
    const record = await gateway.record(reply.headers.get('x-request-id'));
    expect(record).toMatchObject({
      keyId,
      accountId,
      model: 'gpt-5.4',
      provider: 'openai',
      region: 'us-east',
      status: 200,
      outcome: 'completed',
      finishReason: 'stop',
      streamed: false,
      estimated: false,
      inputTokens: 20,
      cacheReadTokens: 10,
      outputTokens: 12,
      reasoningTokens: 4,
      // 20 x 2.5 + 10 x 0.25 + 12 x 15 micro-USD
      costNanoUsd: '232500',
      priceVersion: '2026-08-01',
    });
  });

  it('sends the upstream the caller’s body but for the model, and none of its headers', async () => {
    const { apiKey } = gateway.caller();
    const body =
      '{ "model" : "gpt-5.4", "messages": [{"role":"user","content":"\\u00e9 é"}],"x_unknown" : [1.50] }';
    await gateway.post(apiKey, body, {
      'openai-organization': 'org-1',
      cookie: 'a=b',
      'x-api-base': 'http://evil',
    });
    const { last } = gateway.openai;
    const expected = body.replace('"gpt-5.4"', '"upstream-gpt-5.4"');
    expect(last.body).toBe(`${expected.slice(0, -1)},"store":false}`);
    expect(last.path).toBe('/v1/chat/completions');
    expect(Object.keys(last.headers).sort()).toEqual([
      'accept',
      'accept-encoding',
      'authorization',
      'connection',
      'content-length',
      'content-type',
      'host',
      'user-agent',
    ]);
    expect(last.headers['accept-encoding']).toBe('identity');
    expect(last.headers.authorization).toBe('Bearer sk-canary-openai-provider-key');
  });

  it('streams with the official SDK, without the usage chunk that nobody asked for', async () => {
    gateway.east.answer = (res) => sendStream(res, chatStream(['Hel', 'lo']));
    const { client } = gateway.caller();
    const { data: stream, response } = await client.chat.completions
      .create({ model: 'kimi-k2.5', messages, stream: true })
      .withResponse();
    const chunks = [];
    for await (const chunk of stream) chunks.push(chunk);
    expect(chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('')).toBe('Hello');
    expect(chunks.every((chunk) => chunk.choices.length === 1)).toBe(true);
    expect(gateway.east.last.json['stream_options']).toEqual({
      include_usage: true,
      continuous_usage_stats: true,
    });
    const record = await gateway.record(response.headers.get('x-request-id'));
    expect(record).toMatchObject({
      outcome: 'completed',
      streamed: true,
      inputTokens: 20,
      cacheReadTokens: 10,
      outputTokens: 12,
      costNanoUsd: '49000',
      region: 'us-east',
    });
    expect(record.timeToFirstTokenMs).not.toBeNull();
  });

  it('passes the usage chunk on to a caller that asked for it', async () => {
    gateway.east.answer = (res) => sendStream(res, chatStream(['Hi']));
    const { client } = gateway.caller();
    const stream = await client.chat.completions.create({
      model: 'kimi-k2.5',
      messages,
      stream: true,
      stream_options: { include_usage: true },
    });
    const chunks = [];
    for await (const chunk of stream) chunks.push(chunk);
    expect(chunks.at(-1)?.usage?.completion_tokens).toBe(12);
  });

  it('translates to Anthropic and back', async () => {
    gateway.anthropic.answer = (res) =>
      json(res, 200, {
        id: 'msg_1',
        type: 'message',
        role: 'assistant',
        model: 'upstream',
        content: [{ type: 'text', text: 'Bonjour' }],
        stop_reason: 'end_turn',
        stop_sequence: null,
        usage: {
          input_tokens: 9,
          cache_read_input_tokens: 100,
          cache_creation_input_tokens: 50,
          cache_creation: { ephemeral_5m_input_tokens: 20, ephemeral_1h_input_tokens: 30 },
          output_tokens: 7,
        },
      });
    const { client } = gateway.caller();
    const { data, response } = await client.chat.completions
      .create({ model: 'claude-sonnet-4-6', messages, user: 'bob' })
      .withResponse();
    expect(data.choices[0]?.message.content).toBe('Bonjour');
    expect(data.usage?.prompt_tokens).toBe(159);
    const { last } = gateway.anthropic;
    expect(last.path).toBe('/v1/messages');
    expect(last.headers['x-api-key']).toBe('sk-canary-anthropic-provider-key');
    expect(last.headers['authorization']).toBeUndefined();
    expect(last.body).not.toContain('bob');
    const record = await gateway.record(response.headers.get('x-request-id'));
    // 9 x 3 + 100 x 0.3 + 20 x 3.75 + 30 x 6 + 7 x 15 micro-USD
    expect(record).toMatchObject({
      inputTokens: 9,
      cacheReadTokens: 100,
      cacheWrite5mTokens: 20,
      cacheWrite1hTokens: 30,
      outputTokens: 7,
      costNanoUsd: '417000',
    });
  });

  it('meters a reply that comes compressed although nobody asked for that', async () => {
    gateway.openai.answer = (res) => {
      res.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
      res.end(gzipSync(chatReplyBody()));
    };
    const { client } = gateway.caller();
    const { data, response } = await client.chat.completions
      .create({ model: 'gpt-5.4', messages })
      .withResponse();
    expect(data.choices[0]?.message.content).toBe('Hello there');
    expect(response.headers.get('content-encoding')).toBeNull();
    const record = await gateway.record(response.headers.get('x-request-id'));
    expect(record.costNanoUsd).toBe('232500');
  });

  it('meters a stream that comes compressed', async () => {
    gateway.east.answer = (res) => {
      streamHead(res, { 'content-encoding': 'gzip' });
      res.end(gzipSync(chatStream(['a', 'b']).join('')));
    };
    const { client } = gateway.caller();
    const { data: stream, response } = await client.chat.completions
      .create({ model: 'kimi-k2.5', messages, stream: true })
      .withResponse();
    let text = '';
    for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
    expect(text).toBe('ab');
    const record = await gateway.record(response.headers.get('x-request-id'));
    expect(record).toMatchObject({ outcome: 'completed', estimated: false, costNanoUsd: '49000' });
  });

  it.each([
    ['gpt-5.4', { max_completion_tokens: 50 }],
    ['kimi-k2.5', { max_tokens: 50 }],
  ])('sends the cap of %s under the name that its upstream takes', async (model, expected) => {
    gateway.openai.answer = gateway.east.answer = (res) => json(res, 200, chatReplyBody());
    const body = JSON.stringify({ model, messages, max_tokens: 50 });
    await gateway.post(gateway.caller().apiKey, body);
    const sent = (model === 'gpt-5.4' ? gateway.openai : gateway.east).last.json;
    const { max_tokens, max_completion_tokens } = sent;
    expect({ max_tokens, max_completion_tokens }).toEqual({
      max_tokens: undefined,
      max_completion_tokens: undefined,
      ...expected,
    });
  });

  it('sends nothing of what is stored or shared at the provider', async () => {
    gateway.openai.answer = (res) => json(res, 200, chatReplyBody());
    const ids = { user: 'bob', prompt_cache_key: 'k', safety_identifier: 's' };
    const first = gateway.caller();
    const other = gateway.caller();
    const body = JSON.stringify({ model: 'gpt-5.4', messages, store: true, ...ids });
    await gateway.post(first.apiKey, body);
    const sent = gateway.openai.last.json;
    await gateway.post(other.apiKey, body);
    const sentByOther = gateway.openai.last.json;
    expect(sent['store']).toBe(false);
    for (const name of Object.keys(ids)) {
      expect(sent[name]).toMatch(/^[0-9a-f]{32}$/);
      expect(sent[name]).not.toBe(sentByOther[name]);
    }
  });

  it('lists its models in OpenAI’s shape', async () => {
    const { client } = gateway.caller();
    const models = await client.models.list();
    expect(models.data.map(({ id }) => id)).toEqual(['gpt-5.4', 'claude-sonnet-4-6', 'kimi-k2.5']);
    const one = await client.models.retrieve('kimi-k2.5');
    expect(one).toMatchObject({
      id: 'kimi-k2.5',
      object: 'model',
      owned_by: 'selfhosted',
      context_window: 200_000,
      max_output_tokens: 64_000,
      content_policy: 'never',
      prices: [{ above_input_tokens: 0, input_pico_usd: '600000', output_pico_usd: '3000000' }],
    });
    await expect(client.models.retrieve('nope')).rejects.toMatchObject({
      status: 404,
      code: 'model_not_found',
    });
  });
});
