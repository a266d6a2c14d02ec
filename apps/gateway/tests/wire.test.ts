import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Snapshot } from '@modelbridge/contracts/routing.v1';
import { RefusalReason } from '@modelbridge/contracts/billing.v1';
import { eventually } from '@modelbridge/testing-kit';
import { answerLike } from './testing/stub-replies.js';
import { granted, grantInFull } from './testing/stub-services.js';
import { chatReply, json, type StubUpstream } from './testing/stub-upstream.js';
import { TestGateway } from './testing/test-gateway.js';

const turns = [{ role: 'user', content: 'hi' }];
const toClaude = { model: 'claude-sonnet-4-6', max_tokens: 64, messages: turns };

interface ErrorReply {
  type?: string;
  error: Record<string, unknown>;
}

/** A model may give as much as its context holds. */
function roomy(snapshot: Snapshot): Snapshot {
  const models = snapshot.models.map((model) => ({ ...model, maxOutputTokens: 200_000n }));
  return { ...snapshot, version: snapshot.version + 1n, models };
}

describe('what each API asks for beside an answer', () => {
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await TestGateway.start();
  });
  afterAll(() => gateway.stop());
  afterEach(() => {
    gateway.services.answerGrant = grantInFull;
    answerAll((res) => chatReply(res));
  });

  function answerAll(answer: StubUpstream['answer']): void {
    for (const stub of [gateway.openai, gateway.anthropic, gateway.east, gateway.west]) {
      stub.answer = answer;
    }
  }

  async function post(path: string, body: object, headers: Record<string, string> = {}) {
    answerAll(answerLike({ words: ['ok'] }));
    const { apiKey } = gateway.caller();
    const reply = await gateway.post(apiKey, JSON.stringify(body), headers, path);
    return { reply, json: (await reply.json()) as ErrorReply };
  }

  describe('Anthropic’s headers', () => {
    it('go upstream as far as the catalog allows, and the rest is named', async () => {
      const { reply } = await post('/v1/messages?beta=true', toClaude, {
        'anthropic-version': '2026-10-21',
        'anthropic-beta': 'context-1m-2025-08-07, files-api-2025-04-14',
      });
      expect(reply.status).toBe(200);
      const { headers } = gateway.anthropic.last;
      expect(headers['anthropic-version']).toBe('2026-10-21');
      expect(headers['anthropic-beta']).toBe('context-1m-2025-08-07');
      expect(reply.headers.get('x-modelbridge-ignored')).toBe(
        'anthropic-beta.files-api-2025-04-14',
      );
    });

    it.each([
      ['no version', toClaude, {}],
      ['sampling', { ...toClaude, temperature: 0.5 }, { 'anthropic-version': '2026-10-21' }],
      ['nonsense', toClaude, { 'anthropic-version': 'x' }],
    ])('are pinned to the version that takes the body (%s)', async (_, body, headers) => {
      await post('/v1/messages', body, headers);
      expect(gateway.anthropic.last.headers['anthropic-version']).toBe('2023-06-01');
      expect(gateway.anthropic.last.headers['anthropic-beta']).toBeUndefined();
    });

    it('do not carry a key of the caller’s upstream', async () => {
      answerAll(answerLike({ words: ['ok'] }));
      const { apiKey } = gateway.caller();
      const reply = await fetch(`${gateway.url}/v1/messages`, {
        method: 'POST',
        headers: { 'x-api-key': apiKey, 'x-claude-code-session-id': 's-1' },
        body: JSON.stringify(toClaude),
      });
      expect(reply.status).toBe(200);
      expect(JSON.stringify(gateway.anthropic.last.headers)).not.toContain('mb_live');
      expect(gateway.anthropic.last.headers['x-claude-code-session-id']).toBeUndefined();
    });
  });

  it.each([
    ['/v1/messages', 'claude-sonnet-4-6', 'max_tokens', { messages: turns, max_tokens: 50_000 }],
    ['/v1/responses', 'gpt-5.4', 'max_output_tokens', { input: 'hi', max_output_tokens: 50_000 }],
    ['/v1/responses', 'gpt-5.4', 'max_output_tokens', { input: 'hi' }],
  ])('lowers the cap of %s to %s in %s', async (path, model, field, body) => {
    gateway.services.answerGrant = ({ minimumNanoUsd }) => ({
      $case: 'granted',
      value: granted(minimumNanoUsd + 15_000_000n),
    });
    const { reply } = await post(path, { model, ...body });
    expect(reply.headers.get('x-modelbridge-output-cap')).toBe('1256');
    const { last } = model === 'gpt-5.4' ? gateway.openai : gateway.anthropic;
    expect(last.json[field]).toBe(1_256);
  });

  it.each([
    ['/v1/chat/completions', { messages: turns, max_tokens: 1e9 }],
    ['/v1/responses', { input: 'hi', max_output_tokens: 200_000 }],
    ['/v1/messages', { messages: turns, max_tokens: 200_000 }],
  ])('lowers a cap over %s to the room that a pool has behind the prompt', async (path, body) => {
    gateway.services.publish(roomy(gateway.services.snapshot));
    await eventually(async () => {
      const facts = await fetch(`${gateway.url}/v1/models/kimi-k2.5`, {
        headers: { authorization: `Bearer ${gateway.caller().apiKey}` },
      });
      expect(await facts.json()).toMatchObject({ max_output_tokens: 200_000 });
    });
    const { reply } = await post(path, { model: 'kimi-k2.5', ...body });
    const cap = Number(reply.headers.get('x-modelbridge-output-cap'));
    expect(cap).toBeGreaterThan(199_000);
    expect(cap).toBeLessThan(199_990);
    const sent = [gateway.east, gateway.west].flatMap(({ received }) => received.slice(-1));
    const caps = sent.map(({ json: got }) => got['max_completion_tokens'] ?? got['max_tokens']);
    expect(caps).toContain(cap);
  });

  it('keeps the cap above the thinking budget', async () => {
    gateway.services.answerGrant = ({ minimumNanoUsd }) => ({
      $case: 'granted',
      value: granted(minimumNanoUsd),
    });
    const thinking = { type: 'enabled', budget_tokens: 4_096 };
    await post('/v1/messages', { ...toClaude, max_tokens: 32_000, thinking });
    expect(gateway.anthropic.last.json['max_tokens']).toBe(4_097);
  });

  describe('a part that the model does not take', () => {
    const png = 'data:image/png;base64,AAAA';
    const source = { type: 'base64', media_type: 'image/png', data: 'AAAA' };
    const withPart = (part: object, text = 'text') => [
      { role: 'user', content: [{ type: text, text: 'What is this?' }, part] },
    ];
    const image = { type: 'image_url', image_url: { url: png } };
    const bodies: [string, object][] = [
      ['/v1/chat/completions', { messages: withPart(image) }],
      ['/v1/responses', { input: withPart({ type: 'input_image', image_url: png }, 'input_text') }],
      ['/v1/messages', { max_tokens: 64, messages: withPart({ type: 'image', source }) }],
    ];

    it.each(bodies)('is refused in the shape of %s before anything is held', async (path, body) => {
      const grants = gateway.services.grants.length;
      const calls = gateway.east.received.length + gateway.west.received.length;
      const { reply, json: refusal } = await post(path, { model: 'kimi-k2.5', ...body });
      expect(reply.status).toBe(400);
      const part = path === '/v1/responses' ? 'input[0].content[1]' : 'messages[0].content[1]';
      expect(refusal.error).toMatchObject({
        type: 'invalid_request_error',
        message: expect.stringContaining(
          `'${part}' is an image, and 'kimi-k2.5' takes no images. Choose a model that does, such as gpt-5.4, claude-sonnet-4-6,`,
        ) as unknown,
        ...(path === '/v1/messages' ? {} : { param: part, code: 'unsupported_parameter' }),
      });
      expect(refusal.type).toBe(path === '/v1/messages' ? 'error' : undefined);
      expect(gateway.services.grants.length).toBe(grants);
      expect(gateway.east.received.length + gateway.west.received.length).toBe(calls);
    });

    it.each(bodies)('reaches a model that takes it, by %s', async (path, body) => {
      const { reply } = await post(path, { model: 'gpt-5.4', ...body });
      expect(reply.status).toBe(200);
      expect(gateway.openai.last.body).toContain('AAAA');
    });
  });

  it('makes the ids of users and caches different for each account', async () => {
    const metadata = { user_id: 'bob', trace: 't' };
    const sent: unknown[] = [];
    for (let i = 0; i < 2; i++) {
      await post('/v1/messages', { ...toClaude, metadata });
      sent.push(gateway.anthropic.last.json['metadata']);
    }
    const hashed = { trace: 't', user_id: expect.stringMatching(/^[0-9a-f]{32}$/) as unknown };
    expect(sent).toEqual([hashed, hashed]);
    expect(sent[0]).not.toEqual(sent[1]);
  });

  it('asks OpenAI for sealed reasoning where a caller counts on its store', async () => {
    await post('/v1/responses', { model: 'gpt-5.4', input: 'hi' });
    expect(gateway.openai.last.json['include']).toEqual(['reasoning.encrypted_content']);
    await post('/v1/responses', { model: 'gpt-5.4', input: 'hi', store: false });
    expect(gateway.openai.last.json['include']).toBeUndefined();
  });

  it('keeps from OpenAI what Codex tells of its installation', async () => {
    const client_metadata = { 'x-codex-installation-id': 'canary' };
    const { reply } = await post('/v1/responses', {
      model: 'gpt-5.4',
      input: 'x',
      client_metadata,
    });
    expect(reply.headers.get('x-modelbridge-ignored')).toBe('client_metadata');
    expect(gateway.openai.last.body).not.toContain('canary');
  });

  it('takes the Responses input that Cursor posts to the chat path', async () => {
    for (const model of ['gpt-5.4', 'kimi-k2.5', 'claude-sonnet-4-6']) {
      const { reply, json: body } = await post('/v1/chat/completions', { model, input: turns });
      expect(reply.status).toBe(200);
      expect(body).toMatchObject({ object: 'chat.completion', choices: [{ message: {} }] });
    }
  });

  it('names the upstream’s traits to the translation: vLLM’s dialect for self-hosted models', async () => {
    await post('/v1/messages', {
      model: 'claude-compat-kimi-k2.5',
      max_tokens: 64,
      messages: turns,
      top_k: 4,
    });
    const calls = [...gateway.east.received, ...gateway.west.received];
    expect(calls.some(({ json: body }) => body['top_k'] === 4)).toBe(true);
  });

  it('counts tokens with Anthropic, or by itself, and charges nothing', async () => {
    const body = { model: 'claude-sonnet-4-6', messages: turns };
    answerAll((res) => json(res, 200, { input_tokens: 2_095 }));
    const caller = gateway.caller();
    const grants = gateway.services.grants.length;
    const exact = await caller.anthropic.messages.countTokens({ ...body, messages: [] });
    expect(exact.input_tokens).toBe(2_095);
    expect(gateway.anthropic.last.path).toBe('/v1/messages/count_tokens');
    expect(gateway.anthropic.last.json['model']).toBe('upstream-claude-sonnet-4-6');
    const gpt = await caller.anthropic.messages.countTokens({
      model: 'gpt-5.4',
      system: 's',
      messages: [{ role: 'user', content: 'x' }],
      thinking: { type: 'enabled', budget_tokens: 1_024 },
    });
    expect(gpt.input_tokens).toBe(2_095);
    expect(gateway.openai.last.path).toBe('/v1/responses/input_tokens');
    expect(Object.keys(gateway.openai.last.json).sort()).toEqual([
      ...['input', 'instructions', 'model', 'reasoning'],
    ]);
    const own = await caller.anthropic.messages.countTokens({
      model: 'kimi-k2.5',
      messages: [{ role: 'user', content: 'x'.repeat(4_000) }],
    });
    expect(own.input_tokens).toBeGreaterThan(900);
    expect(own.input_tokens).toBeLessThan(4_000);
    const withTool = await caller.anthropic.messages.countTokens({
      model: 'kimi-k2.5',
      messages: [{ role: 'user', content: 'x'.repeat(4_000) }],
      tools: [{ name: 'f', input_schema: { type: 'object' } }],
    });
    expect(withTool.input_tokens).toBeGreaterThan(own.input_tokens + 100);
    expect(gateway.services.grants.length).toBe(grants);
    const { reply } = await post('/v1/messages/count_tokens', { model: 'nope', messages: [] });
    expect(reply.status).toBe(404);
    const keyless = await fetch(`${gateway.url}/v1/messages/count_tokens`, { method: 'POST' });
    expect(keyless.status).toBe(401);
  });

  it('lists models in Anthropic’s shape, with a name beginning with claude for each', async () => {
    const { anthropic } = gateway.caller();
    const page = await anthropic.models.list({ limit: 1_000 });
    const ids = page.data.map(({ id }) => id);
    expect(ids).toEqual([
      'gpt-5.4',
      'claude-compat-gpt-5.4',
      'claude-sonnet-4-6',
      'kimi-k2.5',
      'claude-compat-kimi-k2.5',
    ]);
    expect(page).toMatchObject({ has_more: false, first_id: ids[0], last_id: ids.at(-1) });
    expect(page.data[0]).toMatchObject({ type: 'model', created_at: '2026-01-01T00:00:00Z' });
    const paged = [];
    for await (const { id } of anthropic.models.list({ limit: 2 })) paged.push(id);
    expect(paged).toEqual(ids);
    const one = await anthropic.models.retrieve('claude-compat-kimi-k2.5');
    expect(one).toMatchObject({ id: 'claude-compat-kimi-k2.5', context_window: 200_000 });
    await expect(anthropic.models.retrieve('nope')).rejects.toMatchObject({
      status: 404,
      error: { type: 'error', error: { type: 'not_found_error' } },
    });
  });

  it('answers the probe of Claude Code', async () => {
    expect((await fetch(gateway.url, { method: 'HEAD' })).status).toBe(200);
  });

  it.each([
    ['GET', '/v1/responses/resp_1'],
    ['DELETE', '/v1/responses/resp_1'],
    ['GET', '/v1/files'],
    ['POST', '/v1/batches'],
    ['POST', '/v1/messages/batches'],
    ['POST', '/v1/assistants'],
    ['GET', '/v1/conversations/conv_1'],
  ])('says why there is no %s %s', async (method, path) => {
    const { apiKey } = gateway.caller();
    const headers = { authorization: `Bearer ${apiKey}` };
    const reply = await fetch(gateway.url + path, { method, headers });
    expect(reply.status).toBe(404);
    const { error } = (await reply.json()) as ErrorReply;
    expect(error).toMatchObject({ code: 'stateful_route_not_supported' });
    expect(String(error['message']).length).toBeGreaterThan(40);
  });

  it('says in Anthropic’s shape that a key is bad, money is short or a limit is reached', async () => {
    const keyless = await fetch(`${gateway.url}/v1/messages`, { method: 'POST' });
    expect(keyless.status).toBe(401);
    expect(await keyless.json()).toMatchObject({
      type: 'error',
      error: { type: 'authentication_error' },
      request_id: keyless.headers.get('request-id'),
    });
    for (const [reason, status, type] of [
      [RefusalReason.INSUFFICIENT_QUOTA, 402, 'billing_error'],
      [RefusalReason.RATE_LIMITED, 429, 'rate_limit_error'],
    ] as const) {
      gateway.services.answerGrant = () => ({
        $case: 'refused',
        value: { reason, limit: undefined, retryAfterMs: 0, rate: undefined },
      });
      const { reply, json: body } = await post('/v1/messages', toClaude);
      expect(reply.status).toBe(status);
      expect(body).toMatchObject({ type: 'error', error: { type } });
    }
  });

  it('keeps a session on one endpoint', async () => {
    const used = new Set<string | null>();
    for (let i = 0; i < 6; i++) {
      const { reply } = await post(
        '/v1/messages',
        { model: 'kimi-k2.5', max_tokens: 64, messages: turns },
        { 'x-claude-code-session-id': 'session-1' },
      );
      used.add(reply.headers.get('x-modelbridge-region'));
    }
    expect(used.size).toBe(1);
  });
});
