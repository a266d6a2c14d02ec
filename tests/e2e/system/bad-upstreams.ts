import { describe, expect, it } from '@jest/globals';
import OpenAI from 'openai';
import { sandboxRequests, setFaults } from '../gateway-api.js';
import { ask, credits, demoClient, usageOf } from './demo-caller.js';
import { stack } from './the-system.js';

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
    const stream = await demoClient()
      .chat.completions.create({
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
