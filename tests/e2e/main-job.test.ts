import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { usageRequestCompleted } from '@modelbridge/contracts/events';
import { type Stack, startStack } from '@modelbridge/launcher';
import { eventually } from '@modelbridge/testing-kit';
import OpenAI from 'openai';
import {
  clearSandbox,
  type Credits,
  getJson,
  sandboxRequests,
  setFaults,
  type UsageItem,
} from './gateway-api.js';
import { messagesIn, withJetStream } from './nats.js';

/** USD per million tokens, as the vendors publish them: the oracle is not the catalog that is tested. */
const listPrices = {
  'gpt-5.4': { provider: 'openai', input: 2_500n, cacheRead: 250n, output: 15_000n },
  'kimi-k2.5': { provider: 'selfhosted', input: 600n, cacheRead: 100n, output: 3_000n },
  'claude-sonnet-4-6': { provider: 'anthropic', input: 3_000n, cacheRead: 300n, output: 15_000n },
} as const;
type ModelId = keyof typeof listPrices;
const models = Object.keys(listPrices) as ModelId[];

let stack: Stack;
let client: OpenAI;

beforeAll(async () => {
  stack = await startStack();
  client = new OpenAI({ baseURL: `${stack.gateway}/v1`, apiKey: stack.apiKey, maxRetries: 0 });
});
afterAll(async () => {
  await stack?.stop();
});
beforeEach(() => clearSandbox(stack));

const credits = (): Promise<Credits> => getJson<Credits>(stack, '/v1/credits');
const usageOf = (id: string): Promise<UsageItem> =>
  eventually(() => getJson<UsageItem>(stack, `/v1/usage/${id}`));

/** One request, streamed or not: its id, text and the usage that the caller saw. */
async function ask(model: string, streamed: boolean, content: string) {
  const body = { model, messages: [{ role: 'user' as const, content }] };
  if (!streamed) {
    const { data, response } = await client.chat.completions.create(body).withResponse();
    return {
      id: response.headers.get('x-request-id') ?? '',
      text: data.choices[0]?.message.content ?? '',
      finish: data.choices[0]?.finish_reason,
      usage: data.usage,
    };
  }
  const { data, response } = await client.chat.completions
    .create({ ...body, stream: true, stream_options: { include_usage: true } })
    .withResponse();
  let text = '';
  let finish: string | null | undefined;
  let usage: OpenAI.CompletionUsage | null | undefined;
  for await (const chunk of data) {
    text += chunk.choices[0]?.delta.content ?? '';
    finish = chunk.choices[0]?.finish_reason ?? finish;
    usage = chunk.usage ?? usage;
  }
  return { id: response.headers.get('x-request-id') ?? '', text, finish, usage };
}

describe('the main job', () => {
  for (const model of models) {
    for (const streamed of [false, true]) {
      it(`${model}, ${streamed ? 'streamed' : 'whole'}: balance, ledger row, charge and the provider's own count agree to the nano-dollar`, async () => {
        const before = await credits();
        const reply = await ask(model, streamed, `Say hello to ${model}. ${streamed}`);
        expect(reply.text.length).toBeGreaterThan(0);
        expect(reply.finish).toBe('stop');

        const [received] = await sandboxRequests(stack);
        const counted = received?.usage;
        if (!counted) throw new Error('the sandbox received nothing');
        const price = listPrices[model];
        const cost =
          BigInt(counted.inputTokens) * price.input +
          BigInt(counted.cacheReadTokens) * price.cacheRead +
          BigInt(counted.outputTokens) * price.output;

        const row = await usageOf(reply.id);
        expect(row).toMatchObject({
          id: reply.id,
          model,
          provider: price.provider,
          input_tokens: counted.inputTokens,
          cache_read_tokens: counted.cacheReadTokens,
          cache_write_tokens: 0,
          output_tokens: counted.outputTokens,
          cost_nano_usd: cost.toString(),
          user_id: stack.account.userId,
          team_id: null,
        });
        expect(reply.usage?.completion_tokens).toBe(counted.outputTokens);
        expect(reply.usage?.prompt_tokens).toBe(counted.inputTokens + counted.cacheReadTokens);

        await eventually(async () => {
          const after = await credits();
          expect(BigInt(before.balance_nano_usd) - BigInt(after.balance_nano_usd)).toBe(cost);
          expect(BigInt(after.spent_nano_usd) - BigInt(before.spent_nano_usd)).toBe(cost);
          expect(BigInt(after.available_nano_usd)).toBe(
            BigInt(after.balance_nano_usd) - BigInt(after.held_nano_usd),
          );
        });
      });
    }
  }

  it('charges once for a usage event that is delivered twice', async () => {
    const before = await credits();
    const { id } = await ask('kimi-k2.5', false, 'once only');
    const { cost_nano_usd: cost } = await usageOf(id);
    const settled = await eventually(async () => {
      const now = await credits();
      expect(BigInt(now.spent_nano_usd)).toBe(BigInt(before.spent_nano_usd) + BigInt(cost));
      return now;
    });
    await withJetStream(stack, async (jetstream) => {
      const messages = await messagesIn(jetstream, usageRequestCompleted.stream);
      const again = messages.filter((message) => message.includes(id));
      expect(again.length).toBeGreaterThan(0);
      for (const message of again) await jetstream.publish(usageRequestCompleted.subject, message);
    });
    // A later request passes behind the duplicate through the same consumers: when it is charged, so would it be.
    const later = await ask('kimi-k2.5', false, 'the one after');
    const { cost_nano_usd: laterCost } = await usageOf(later.id);
    await eventually(async () => {
      const spent = BigInt((await credits()).spent_nano_usd) - BigInt(settled.spent_nano_usd);
      expect([BigInt(laterCost), BigInt(laterCost) + BigInt(cost)]).toContain(spent);
      expect(spent).toBe(BigInt(laterCost));
    });
    const { data } = await getJson<{ data: UsageItem[] }>(stack, '/v1/usage?limit=100');
    expect(data.filter((item) => item.id === id)).toHaveLength(1);
  });

  it('lists own requests newest first, page by page, without gap or repetition', async () => {
    const asked: string[] = [];
    for (let index = 0; index < 5; index++) {
      const { id } = await ask('glm-5', false, `page ${index}`);
      asked.push(id);
      await usageOf(id);
    }
    const listed: string[] = [];
    let path: string | null = '/v1/usage?limit=2';
    while (path !== null && listed.length < 5) {
      const page: {
        object: string;
        data: UsageItem[];
        has_more: boolean;
        next_cursor: string | null;
      } = await getJson(stack, path);
      expect(page.object).toBe('list');
      listed.push(...page.data.map(({ id }) => id));
      path = page.has_more ? `/v1/usage?limit=2&cursor=${page.next_cursor}` : null;
    }
    expect(listed.slice(0, 5)).toEqual(asked.reverse());
  });

  it('shows the key, its limits and the models with prices', async () => {
    const key = await getJson<Record<string, unknown>>(stack, '/v1/key');
    expect(key).toMatchObject({
      id: expect.stringMatching(/^key_/),
      account_id: expect.stringMatching(/^acct_/),
    });
    expect(Array.isArray(key.limits)).toBe(true);
    const listed = await client.models.list();
    expect(listed.data.map(({ id }) => id)).toEqual(
      expect.arrayContaining([...models, 'claude-opus-4-6', 'glm-5']),
    );
  });

  it('sends the platform key upstream and nothing that names the caller', async () => {
    await ask('gpt-5.4', false, 'who am I');
    const [received] = await sandboxRequests(stack);
    const sent = JSON.stringify(received);
    expect(sent).not.toContain(stack.apiKey);
    expect(sent).not.toContain(stack.account.userId);
    expect(received?.headers['accept-encoding']).toBe('identity');
    expect(received?.body.store).toBe(false);
  });
});

describe('bad input and broken upstreams', () => {
  const post = (body: string, headers: Record<string, string> = {}) =>
    fetch(`${stack.gateway}/v1/chat/completions`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${stack.apiKey}`,
        ...headers,
      },
      body,
    });
  const hello = (model: string) =>
    JSON.stringify({ model, messages: [{ role: 'user', content: 'hi' }] });

  it('answers every bad key alike: 401 with one identical body', async () => {
    const keys = [
      '',
      'Bearer nonsense',
      `Bearer ${stack.apiKey}x`,
      `Bearer ${stack.apiKey.slice(0, -1)}`,
      `Bearer ' OR '1'='1`,
    ];
    const answers = await Promise.all(
      keys.map((authorization) => post(hello('kimi-k2.5'), { authorization })),
    );
    expect(answers.map(({ status }) => status)).toEqual(keys.map(() => 401));
    const bodies = await Promise.all(answers.map((answer) => answer.text()));
    expect(new Set(bodies).size).toBe(1);
    expect(JSON.parse(bodies[0] ?? '')).toMatchObject({
      error: { code: 'invalid_api_key', param: null },
    });
  });

  it('names what is wrong, in the shape of OpenAI, and calls no upstream', async () => {
    const cases: [string, number, object][] = [
      [hello('gpt-99'), 404, { code: 'model_not_found', param: 'model' }],
      ['{"model": "kimi-k2.5", ', 400, {}],
      ['[]', 400, {}],
      [JSON.stringify({ model: 7, messages: [] }), 400, { param: 'model' }],
      [JSON.stringify({ model: 'kimi-k2.5', messages: 'hi' }), 400, { param: 'messages' }],
      [
        JSON.stringify({ model: 'kimi-k2.5', messages: [], max_tokens: 1.5 }),
        400,
        { param: 'max_tokens' },
      ],
      [
        JSON.stringify({ model: 'claude-sonnet-4-6', messages: [{ role: 'king', content: 'x' }] }),
        400,
        {},
      ],
    ];
    for (const [body, status, error] of cases) {
      const answer = await post(body);
      expect([body, answer.status]).toEqual([body, status]);
      expect(await answer.json()).toMatchObject({
        error: { message: expect.any(String), type: 'invalid_request_error', ...error },
      });
    }
    expect(await sandboxRequests(stack)).toEqual([]);
  });

  it('refuses a body above 32 MiB with 413, whether or not it declares its length', async () => {
    const big = new Uint8Array(32 * 1024 * 1024 + 1).fill(0x20);
    expect((await post(new TextDecoder().decode(big))).status).toBe(413);
  });

  it('charges nothing when an upstream is down, and hides what a provider says of the platform', async () => {
    const before = await credits();
    await setFaults(stack, [
      { model: 'kimi-k2.5', refuseConnections: true },
      { model: 'glm-5', error: { status: 500, type: 'server_error', message: 'boom' } },
      {
        provider: 'openai',
        error: {
          status: 401,
          type: 'invalid_request_error',
          message: 'Incorrect API key sk-platform',
        },
      },
      {
        provider: 'anthropic',
        error: { status: 403, type: 'permission_error', message: 'org-secret is disabled' },
      },
    ]);
    const expected: [string, number][] = [
      ['kimi-k2.5', 502],
      ['glm-5', 502],
      ['gpt-5.4', 503],
      ['claude-sonnet-4-6', 503],
    ];
    for (const [model, status] of expected) {
      const answer = await post(hello(model));
      const text = await answer.text();
      expect([model, [502, 503].includes(answer.status)]).toEqual([model, true]);
      if (status === 503) expect(answer.status).toBe(503);
      expect(JSON.parse(text)).toMatchObject({
        error: { message: expect.any(String), code: expect.any(String) },
      });
      expect(text).not.toMatch(/sk-platform|org-secret/);
      const row = await usageOf(answer.headers.get('x-request-id') ?? '');
      expect(row.cost_nano_usd).toBe('0');
    }
    expect((await credits()).spent_nano_usd).toBe(before.spent_nano_usd);
  });

  it('ends a stream that the upstream cuts with an error frame and charges what was delivered', async () => {
    await setFaults(stack, [{ model: 'kimi-k2.5', cutAfterChunks: 5 }]);
    const stream = await client.chat.completions
      .create({
        model: 'kimi-k2.5',
        stream: true,
        messages: [{ role: 'user', content: '[[tokens=200]] go on' }],
      })
      .withResponse();
    const read = async (): Promise<void> => {
      for await (const _chunk of stream.data) continue;
    };
    await expect(read()).rejects.toBeInstanceOf(OpenAI.APIError);
    const row = await usageOf(stream.response.headers.get('x-request-id') ?? '');
    expect(row.output_tokens).toBeGreaterThan(0);
    expect(row.output_tokens).toBeLessThan(200);
    expect(BigInt(row.cost_nano_usd)).toBeGreaterThan(0n);
  });

  it('decodes gzip from an upstream that sends it unasked, and meters it', async () => {
    await setFaults(stack, [{ gzip: 'force' }]);
    for (const streamed of [false, true]) {
      const reply = await ask('kimi-k2.5', streamed, 'squeeze');
      expect(reply.text.length).toBeGreaterThan(0);
      const row = await usageOf(reply.id);
      expect(row.output_tokens).toBe(reply.usage?.completion_tokens);
    }
  });
});
