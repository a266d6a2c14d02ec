import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { KeyApi, KeyRestrictions, KeyScope, type Key } from '@modelbridge/contracts/auth.v1';
import { authKeyChanged } from '@modelbridge/contracts/events';
import { eventually } from '@modelbridge/testing-kit';
import { TestGateway } from './testing/test-gateway.js';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await TestGateway.start({ TRUSTED_PROXIES: '1' });
});
afterAll(() => gateway.stop());

const say = [{ role: 'user', content: 'Say it back.' }];
const apis = {
  chat: {
    path: '/v1/chat/completions',
    bodyFor: (model: string) => ({ model, messages: say }),
    api: KeyApi.CHAT_COMPLETIONS,
  },
  responses: {
    path: '/v1/responses',
    bodyFor: (model: string) => ({ model, input: say }),
    api: KeyApi.RESPONSES,
  },
  messages: {
    path: '/v1/messages',
    bodyFor: (model: string) => ({ model, messages: say, max_tokens: 100 }),
    api: KeyApi.MESSAGES,
  },
} as const;
type ApiName = keyof typeof apis;
const names = Object.keys(apis) as ApiName[];
const models = ['gpt-5.4', 'claude-sonnet-4-6', 'kimi-k2.5'];

function keyWith(restrictions: Partial<KeyRestrictions>, given: Partial<Key> = {}) {
  return gateway.services.createKey({
    ...given,
    restrictions: KeyRestrictions.fromPartial(restrictions),
  });
}
function ask(
  apiKey: string,
  api: ApiName,
  { model = 'gpt-5.4', stream = false, path = '' } = {},
  from = '203.0.113.9',
): Promise<Response> {
  const body = JSON.stringify({ ...apis[api].bodyFor(model), ...(stream && { stream }) });
  const headers = { 'x-forwarded-for': from };
  return gateway.post(apiKey, body, headers, apis[api].path + path);
}
const providerCalls = () =>
  [gateway.openai, gateway.anthropic, gateway.east, gateway.west].reduce(
    (sum, { received }) => sum + received.length,
    0,
  );
let calls: number;
let grants: number;
beforeEach(() => {
  calls = providerCalls();
  grants = gateway.services.grants.length;
});

async function expectRefusal(reply: Response, api: ApiName, status: number, code: string) {
  const { error, type } = (await reply.json()) as {
    type?: string;
    error: { code: string; type: string; message: string };
  };
  const types: Record<number, [string, string]> = {
    401: ['invalid_request_error', 'authentication_error'],
    403: ['permission_error', 'permission_error'],
  };
  const [openai, anthropic] = types[status]!;
  expect([reply.status, error.code]).toEqual([status, code]);
  expect(reply.headers.get('x-should-retry')).toBe('false');
  if (api === 'messages') expect([type, error.type]).toEqual(['error', anthropic]);
  else expect([type, error.type]).toEqual([undefined, openai]);
}

describe.each(names)('through %s a key', (api) => {
  const others = names.filter((name) => name !== api).map((name) => apis[name].api);
  const past = new Date(Date.now() - 1_000);

  afterEach(() => {
    expect(providerCalls()).toBe(calls);
    expect(gateway.services.grants).toHaveLength(grants);
  });

  it.each([
    ['that is disabled', 401, 'key_disabled', {}, { disabledAt: past }],
    ['that has expired', 401, 'key_expired', {}, { expiresAt: past }],
    ['of another scope', 403, 'scope_not_allowed', {}, { scope: KeyScope.MANAGEMENT }],
    ['from elsewhere', 403, 'address_not_allowed', { allowedAddresses: ['198.51.100.0/24'] }, {}],
    ['for other APIs', 403, 'api_not_allowed', { allowedApis: others }, {}],
    ['for other models', 403, 'model_not_allowed', { allowedModels: ['kimi-k2.5'] }, {}],
    ['for unstored content', 403, 'model_not_allowed', { neverStoredOnly: true }, {}],
  ])('%s gets %d %s, and nothing is reserved', async (_, status, code, restrictions, given) => {
    const { apiKey } = keyWith(restrictions, given);
    await expectRefusal(await ask(apiKey, api), api, status, code);
    await expectRefusal(await ask(apiKey, api, { stream: true }), api, status, code);
    if (api === 'chat') return;
    const path = api === 'messages' ? '/count_tokens' : '/input_tokens';
    await expectRefusal(await ask(apiKey, api, { path }), api, status, code);
  });
});

describe('addresses', () => {
  it.each([
    ['203.0.113.9', true],
    ['198.51.100.7', true],
    ['198.51.101.7', false],
    ['::ffff:203.0.113.9', true],
    ['2001:db8:0:1::5', true],
    ['2001:db9::5', false],
    ['forged, 198.51.101.7', false],
    ['203.0.113.9, 198.51.101.7', false],
    ['unknown', false],
  ])('are seen as the trusted proxy saw them: %s', async (from, allowed) => {
    const { apiKey } = keyWith(
      { allowedAddresses: ['203.0.113.9', '198.51.100.0/24', '2001:db8::/32'] },
      { isTest: true },
    );
    expect((await ask(apiKey, 'chat', {}, from)).status).toBe(allowed ? 200 : 403);
  });
});

describe('a restricted key', () => {
  it('sees the models that it may use', async () => {
    const { apiKey } = keyWith({ neverStoredOnly: true });
    const headers = { authorization: `Bearer ${apiKey}` };
    const list = await fetch(`${gateway.url}/v1/models`, { headers });
    const { data } = (await list.json()) as { data: { id: string }[] };
    expect(data.map(({ id }) => id)).toEqual(['kimi-k2.5']);
    const vendors: Record<string, string>[] = [{}, { 'anthropic-version': '2023-06-01' }];
    for (const vendor of vendors) {
      const one = async (id: string) =>
        (await fetch(`${gateway.url}/v1/models/${id}`, { headers: { ...headers, ...vendor } }))
          .status;
      expect([await one('kimi-k2.5'), await one('gpt-5.4')]).toEqual([200, 404]);
    }
  });

  it('is looked up again once a change of it is heard', async () => {
    const { apiKey, key } = keyWith({}, { isTest: true });
    expect((await ask(apiKey, 'chat')).status).toBe(200);
    key.disabledAt = new Date();
    const { messaging } = gateway.outside;
    expect((await ask(apiKey, 'chat')).status).toBe(200);
    await messaging.publish(authKeyChanged, { keyId: key.keyId }, { id: crypto.randomUUID() });
    await eventually(async () => expect((await ask(apiKey, 'chat')).status).toBe(401));
  });

  it('tells billing its own rate limits, and again when they change', async () => {
    const { apiKey, key } = keyWith({ requestsPerMinute: 5 });
    await ask(apiKey, 'chat');
    const own = { requestsPerMinute: 5, tokensPerMinute: 0, concurrentRequests: 0 };
    expect(gateway.services.grants.at(-1)).toMatchObject({ keyRateLimits: own });
    key.restrictions = KeyRestrictions.fromPartial({ requestsPerMinute: 3 });
    const { messaging } = gateway.outside;
    await messaging.publish(authKeyChanged, { keyId: key.keyId }, { id: crypto.randomUUID() });
    await eventually(async () => {
      await ask(apiKey, 'chat');
      expect(gateway.services.grants.at(-1)).toMatchObject({
        keyId: key.keyId,
        keyRateLimits: { ...own, requestsPerMinute: 3 },
      });
    });
  });
});

describe.each(names)('a test key through %s', (api) => {
  it.each(models)(
    'gets its words back for %s, the same each time, whole and streamed',
    async (model) => {
      const { apiKey } = keyWith({}, { isTest: true });
      for (const stream of [false, true]) {
        const [one, other] = [
          await ask(apiKey, api, { model, stream }),
          await ask(apiKey, api, { model, stream }),
        ];
        expect([one.status, one.headers.get('x-modelbridge-provider')]).toEqual([200, 'echo']);
        const text = await one.text();
        expect(text).toContain('Say it back.');
        expect(withoutIds(await other.text())).toBe(withoutIds(text));
        const record = await gateway.record(one.headers.get('x-request-id'));
        expect(record).toMatchObject({
          allowanceId: null,
          provider: null,
          region: null,
          model,
          status: 200,
          outcome: 'completed',
          costNanoUsd: '0',
          estimated: false,
        });
      }
      expect(providerCalls()).toBe(calls);
      expect(gateway.services.grants).toHaveLength(grants);
    },
  );
});

describe('a test key', () => {
  it('is counted by the gateway alone', async () => {
    const { apiKey } = keyWith({}, { isTest: true });
    const model = 'claude-sonnet-4-6';
    const reply = await ask(apiKey, 'messages', { model, path: '/count_tokens' });
    expect(await reply.json()).toEqual({ input_tokens: expect.any(Number) });
    expect(providerCalls()).toBe(calls);
  });

  it('is understood by the official clients', async () => {
    const { apiKey } = keyWith({}, { isTest: true });
    const { client, anthropic } = gateway.clientsOf(apiKey);
    const model = 'claude-sonnet-4-6';
    const messages = [{ role: 'user' as const, content: 'Hello.' }];
    const chat = await client.chat.completions.create({ model, messages, n: 1 });
    expect(chat.choices[0]?.message.content).toBe('Hello.');
    const response = await client.responses.create({ model: 'gpt-5.4', input: 'Hello.' });
    expect(response.output_text).toBe('Hello.');
    const stream = client.responses.stream({ model: 'gpt-5.4', input: 'Hello.' });
    expect((await stream.finalResponse()).output_text).toBe('Hello.');
    const message = await anthropic.messages
      .stream({ model: 'gpt-5.4', messages, max_tokens: 50 })
      .finalText();
    expect(message).toBe('Hello.');
  });
});

/** What a gateway makes anew for each request where it translates. */
function withoutIds(text: string): string {
  return text
    .replace(/"(id|item_id)":"[^"]*"/g, '"$1":""')
    .replace(/"created(_at)?":\d+/g, '"created":0');
}
