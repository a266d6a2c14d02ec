import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { request as httpRequest, type ClientRequest } from 'node:http';
import { promisify } from 'node:util';
import { newId } from '@modelbridge/contracts';
import { RefusalReason } from '@modelbridge/contracts/billing.v1';
import { eventually } from '@modelbridge/testing-kit';
import {
  chatChunk,
  chatReply,
  chatReplyBody,
  chatStream,
  json,
  sendStream,
  streamHead,
} from './testing/stub-upstream.js';
import { granted, grantInFull } from './testing/stub-services.js';
import { TestGateway } from './testing/test-gateway.js';

const messages = [{ role: 'user' as const, content: 'Say hello to the whole wide world, please' }];

interface ErrorBody {
  error: { message: string; type: string; param: string | null; code: string | null } & Record<
    string,
    unknown
  >;
}

describe('how a request ends, and what is charged', () => {
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await TestGateway.start();
  });
  afterAll(() => gateway.stop());
  afterEach(() => {
    gateway.services.answerGrant = grantInFull;
    gateway.services.aheadMs = 0;
    for (const upstream of [gateway.openai, gateway.anthropic, gateway.east, gateway.west]) {
      upstream.answer = (res) => chatReply(res);
    }
  });

  async function ask(
    body: object,
  ): Promise<{ reply: Response; body: ErrorBody; requestId: string }> {
    const { apiKey } = gateway.caller();
    const reply = await gateway.post(apiKey, JSON.stringify({ messages, ...body }));
    return {
      reply,
      body: (await reply.json()) as ErrorBody,
      requestId: reply.headers.get('x-request-id') ?? '',
    };
  }

  /** Reads a stream with node:http until `stop` says so, then closes the connection. */
  function dropAfter(body: object, stop: (received: string) => boolean): Promise<string> {
    const { apiKey } = gateway.caller();
    return new Promise((resolve, reject) => {
      const req = httpRequest(
        `${gateway.url}/v1/chat/completions`,
        { method: 'POST', headers: { authorization: `Bearer ${apiKey}` } },
        (res) => {
          let received = '';
          res.on('error', () => undefined);
          res.on('data', (chunk: Buffer) => {
            received += chunk.toString();
            if (!stop(received)) return;
            const requestId = String(res.headers['x-request-id']);
            dropped(req).then(() => resolve(requestId), reject);
          });
        },
      );
      req.on('error', reject);
      req.end(JSON.stringify({ messages, ...body }));
    });
  }

  /** Closes a connection; resolves when the gateway has seen it go. */
  async function dropped(req: ClientRequest): Promise<void> {
    const server = gateway.service.running.app.getHttpServer();
    const connections = promisify(server.getConnections.bind(server));
    const before = await connections();
    req.destroy();
    await eventually(async () => expect(await connections()).toBeLessThan(before));
  }

  it.each([
    [
      400,
      {
        error: { message: 'bad tool', type: 'invalid_request_error', param: 'tools', code: 'bad' },
      },
    ],
    [422, { error: { message: 'no', type: 'invalid_request_error', param: null, code: null } }],
  ])('passes on what the caller did wrong (%i) and charges nothing', async (status, answer) => {
    gateway.openai.answer = (res) => json(res, status, answer);
    const { reply, body, requestId } = await ask({ model: 'gpt-5.4' });
    expect(reply.status).toBe(status);
    expect(body).toEqual(answer);
    expect(await gateway.record(requestId)).toMatchObject({
      outcome: 'failed',
      status,
      errorClass: `upstream_${status}`,
      costNanoUsd: '0',
      inputTokens: 0,
    });
  });

  it('says 503 and nothing of the platform’s account when a provider refuses its key', async () => {
    gateway.openai.answer = (res) =>
      json(res, 401, {
        error: {
          message: 'Incorrect API key provided: sk-canary***',
          type: 'x',
          code: 'invalid_api_key',
        },
      });
    const { reply, body, requestId } = await ask({ model: 'gpt-5.4' });
    expect(reply.status).toBe(503);
    expect(body.error.code).toBe('upstream_unavailable');
    expect(JSON.stringify(body)).not.toContain('canary');
    expect(await gateway.record(requestId)).toMatchObject({
      costNanoUsd: '0',
      errorClass: 'upstream_account',
    });
    const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
    expect(metrics).toMatch(/gateway_faults_total\{kind="openai_account"[^}]*\} [1-9]/);
  });

  it('keeps 429 and its retry-after', async () => {
    gateway.openai.answer = (res) =>
      json(
        res,
        429,
        { error: { message: 'org-secret1 limit', type: 'tokens', code: 'rate_limit_exceeded' } },
        { 'retry-after': '3' },
      );
    const { reply, body } = await ask({ model: 'gpt-5.4' });
    expect(reply.status).toBe(429);
    expect(reply.headers.get('retry-after')).toBe('3');
    expect(JSON.stringify(body)).not.toContain('secret1');
  });

  it('answers 502 in OpenAI’s shape for an upstream that does not speak JSON, or is down', async () => {
    gateway.openai.answer = (res) =>
      res.writeHead(200, { 'content-type': 'text/html' }).end('<html>');
    const html = await ask({ model: 'gpt-5.4' });
    gateway.openai.answer = (res) => res.destroy();
    const gone = await ask({ model: 'gpt-5.4' });
    for (const { reply, body, requestId } of [html, gone]) {
      expect(reply.status).toBe(502);
      expect(body.error).toMatchObject({
        type: 'server_error',
        code: 'upstream_error',
        param: null,
      });
      expect(await gateway.record(requestId)).toMatchObject({ status: 502, costNanoUsd: '0' });
    }
  });

  it.each(['connection', '500', '429'])(
    'tries another region before the first byte (%s), and charges once',
    async (fault) => {
      const down = (upstream: typeof gateway.east, up: typeof gateway.east) => {
        upstream.answer = (res) => {
          if (fault === 'connection') res.destroy();
          else json(res, Number(fault), { error: { message: 'no', type: 'x', code: null } });
        };
        up.answer = (res) => chatReply(res, 'from elsewhere');
      };
      // Both orders: whichever region is asked first now, one request meets the fault.
      down(gateway.east, gateway.west);
      const first = await ask({ model: 'kimi-k2.5' });
      down(gateway.west, gateway.east);
      const second = await ask({ model: 'kimi-k2.5' });
      for (const { reply, requestId } of [first, second]) {
        expect(reply.status).toBe(200);
        expect(await gateway.record(requestId)).toMatchObject({
          outcome: 'completed',
          region: reply.headers.get('x-modelbridge-region'),
          costNanoUsd: '49000',
        });
      }
    },
  );

  it('tells a streaming caller that the upstream broke off, and charges what was delivered', async () => {
    const broken = (res: Parameters<typeof streamHead>[0]) => {
      streamHead(res);
      res.write(chatChunk({ role: 'assistant', content: '' }));
      res.write(chatChunk({ content: 'one two three four' }), () => res.destroy());
    };
    gateway.openai.answer = broken;
    const { client } = gateway.caller();
    const { data: stream, response } = await client.chat.completions
      .create({ model: 'gpt-5.4', messages, stream: true })
      .withResponse();
    let text = '';
    await expect(
      (async () => {
        for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
      })(),
    ).rejects.toThrow();
    expect(text).toBe('one two three four');
    const record = await gateway.record(response.headers.get('x-request-id'));
    expect(record).toMatchObject({ outcome: 'upstream_cut', estimated: true, status: 200 });
    expect(record.outputTokens).toBeGreaterThan(0);
    expect(record.inputTokens).toBeGreaterThan(0);
    expect(BigInt(record.costNanoUsd)).toBeGreaterThan(0n);
  });

  it('does not turn a premature end into a complete reply', async () => {
    gateway.openai.answer = (res) => sendStream(res, [chatChunk({ content: 'half' })]);
    const { apiKey } = gateway.caller();
    const reply = await gateway.post(
      apiKey,
      JSON.stringify({ model: 'gpt-5.4', messages, stream: true }),
    );
    const text = await reply.text();
    expect(text).not.toContain('[DONE]');
    expect(text).toContain('"error"');
    const record = await gateway.record(reply.headers.get('x-request-id'));
    expect(record.outcome).toBe('upstream_cut');
  });

  it('charges nothing for a stream whose first event is an error', async () => {
    gateway.openai.answer = (res) =>
      sendStream(res, [
        'data: {"error":{"message":"overloaded","type":"server_error","code":null}}\n\n',
      ]);
    const { apiKey } = gateway.caller();
    const reply = await gateway.post(
      apiKey,
      JSON.stringify({ model: 'gpt-5.4', messages, stream: true }),
    );
    await reply.text();
    expect(await gateway.record(reply.headers.get('x-request-id'))).toMatchObject({
      outcome: 'failed',
      costNanoUsd: '0',
    });
  });

  it('counts for itself where a complete reply reports no usage', async () => {
    gateway.openai.answer = (res) => chatReply(res, 'x'.repeat(400), null);
    const { requestId } = await ask({ model: 'gpt-5.4' });
    const record = await gateway.record(requestId);
    expect(record).toMatchObject({ outcome: 'completed', estimated: true, outputTokens: 100 });
    expect(record.inputTokens).toBeGreaterThan(5);
  });

  it('reads a stream on when its caller is gone, and charges what it reports at its end', async () => {
    let finish = (): void => undefined;
    gateway.openai.answer = (res) => {
      const [first, ...rest] = chatStream(['Hello', ' again']);
      streamHead(res);
      res.write(first);
      finish = () => {
        for (const frame of rest) res.write(frame);
        res.end();
      };
    };
    const requestId = await dropAfter({ model: 'gpt-5.4', stream: true }, () => true);
    finish();
    expect(await gateway.record(requestId)).toMatchObject({
      outcome: 'caller_gone',
      estimated: false,
      outputTokens: 12,
      costNanoUsd: '232500',
    });
  });

  it('finishes a whole reply whose caller is gone, and charges it in full', async () => {
    let answer = (): void => undefined;
    const called = new Promise<void>((resolve) => {
      gateway.openai.answer = (res) => {
        answer = () => chatReply(res);
        resolve();
      };
    });
    const { apiKey, keyId } = gateway.caller();
    const aborter = new AbortController();
    const reply = fetch(`${gateway.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${apiKey}` },
      body: JSON.stringify({ model: 'gpt-5.4', messages }),
      signal: aborter.signal,
    });
    await called;
    aborter.abort();
    await expect(reply).rejects.toThrow();
    answer();
    const record = await eventually(() => {
      const found = gateway.published.find((published) => published.keyId === keyId);
      if (found === undefined) throw new Error('not yet');
      return found;
    });
    expect(record).toMatchObject({ estimated: false, costNanoUsd: '232500' });
  });

  it('says 402 with the limit in the way, and calls no upstream', async () => {
    gateway.services.answerGrant = () => ({
      $case: 'refused',
      value: {
        reason: RefusalReason.INSUFFICIENT_QUOTA,
        limit: {
          scope: 'LIMIT_SCOPE_KEY',
          period: 'LIMIT_PERIOD_MONTH',
          scopeId: 'k',
          limitNanoUsd: 100n,
          usedNanoUsd: 40n,
          heldNanoUsd: 0n,
          resetsAt: undefined,
        } as never,
        retryAfterMs: 0,
        rate: undefined,
      },
    });
    const before = gateway.openai.received.length;
    const { reply, body } = await ask({ model: 'gpt-5.4' });
    expect(reply.status).toBe(402);
    expect(reply.headers.get('x-should-retry')).toBe('false');
    expect(body.error).toMatchObject({
      code: 'insufficient_quota',
      available_nano_usd: '60',
    });
    expect(body.error['limit_source']).toContain('key');
    expect(BigInt(String(body.error['required_nano_usd']))).toBeGreaterThan(60n);
    expect(gateway.openai.received.length).toBe(before);
  });

  it('tells a key of a team no figure of the whole team, and a person all of their own account', async () => {
    gateway.services.answerGrant = () => ({
      $case: 'refused',
      value: {
        reason: RefusalReason.INSUFFICIENT_QUOTA,
        limit: {
          scope: 'LIMIT_SCOPE_ACCOUNT',
          period: 'LIMIT_PERIOD_TOTAL',
          scopeId: 'a',
          limitNanoUsd: 987_000_001n,
          usedNanoUsd: 986_999_000n,
          heldNanoUsd: 0n,
          resetsAt: undefined,
        } as never,
        retryAfterMs: 0,
        rate: undefined,
      },
    });
    const refusedTo = async (apiKey: string) => {
      const reply = await fetch(`${gateway.url}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
        body: JSON.stringify({ model: 'gpt-5.4', messages: [{ role: 'user', content: 'Hi' }] }),
      });
      return { status: reply.status, headers: [...reply.headers], text: await reply.text() };
    };
    const own = await refusedTo(gateway.services.createKey().apiKey);
    const team = await refusedTo(gateway.services.createKey({ teamId: newId('team') }).apiKey);
    expect([own.status, team.status]).toEqual([402, 402]);
    expect(own.text).toContain('"available_nano_usd":"1001"');
    expect(JSON.stringify(team)).not.toMatch(/1001|0\.000001001|98[67]/);
    expect(JSON.parse(team.text)).toMatchObject({
      error: { limit_source: 'account.total', available_nano_usd: null },
    });
  });

  it('says 503 and calls no upstream while billing cannot be reached', async () => {
    gateway.services.down.add('billing');
    const before = gateway.openai.received.length;
    const { reply, body } = await ask({ model: 'gpt-5.4' });
    gateway.services.down.delete('billing');
    expect(reply.status).toBe(503);
    expect(body.error.code).toBe('billing_unavailable');
    expect(gateway.openai.received.length).toBe(before);
  });

  it('clips the output to what the reservation covers, and says so', async () => {
    gateway.services.answerGrant = ({ minimumNanoUsd, wantedNanoUsd }) => ({
      $case: 'granted',
      value: granted(
        minimumNanoUsd + 15_000n * 1_000n < wantedNanoUsd
          ? minimumNanoUsd + 15_000n * 1_000n
          : wantedNanoUsd,
      ),
    });
    const { reply } = await ask({ model: 'gpt-5.4', max_tokens: 50_000 });
    expect(reply.status).toBe(200);
    // The minimum covers 256 tokens of output; 15 mUSD cover 1,000 more.
    expect(reply.headers.get('x-modelbridge-output-cap')).toBe('1256');
    expect(gateway.openai.last.json['max_completion_tokens']).toBe(1256);
  });

  it('takes a cap above the model’s own as that', async () => {
    const { reply } = await ask({ model: 'gpt-5.4', max_completion_tokens: 9_007_199_254_740_991 });
    expect(reply.headers.get('x-modelbridge-output-cap')).toBe('64000');
    expect(gateway.openai.last.json['max_completion_tokens']).toBe(64_000);
  });

  it('reserves for every choice', async () => {
    const one = await ask({ model: 'gpt-5.4', max_tokens: 100 });
    const three = await ask({ model: 'gpt-5.4', max_tokens: 100, n: 3 });
    expect([one.reply.status, three.reply.status]).toEqual([200, 200]);
    const [first, second] = gateway.services.grants.slice(-2);
    // 200 more output tokens at 15 micro-USD, and a few bytes of input for `"n":3`.
    const difference = second!.requestNanoUsd - first!.requestNanoUsd;
    expect(difference).toBeGreaterThanOrEqual(3_000_000n);
    expect(difference).toBeLessThan(3_050_000n);
  });

  it('passes on a reply that is larger than one piece, whole', async () => {
    const long = 'é'.repeat(700_000);
    gateway.openai.answer = (res) => json(res, 200, chatReplyBody(long));
    const { body } = await ask({ model: 'gpt-5.4' });
    expect(JSON.stringify(body)).toBe(chatReplyBody(long));
  });

  it.each([3_600_000, -3_600_000])(
    'a gateway whose clock is wrong, others being %d ms ahead, says so, and charges once what it answers',
    async (aheadMs) => {
      const readiness = async (): Promise<unknown> => (await fetch(`${gateway.url}/readyz`)).json();
      // A key that is new is asked about everywhere; what its caller has used, at usage-ledger.
      const askEverywhere = async (): Promise<void> => {
        const { apiKey } = gateway.services.createKey({ teamId: newId('team') });
        await gateway.post(apiKey, JSON.stringify({ model: 'gpt-5.4', messages }));
        const headers = { authorization: `Bearer ${apiKey}` };
        expect((await fetch(`${gateway.url}/v1/usage?limit=1`, { headers })).status).toBe(200);
      };
      gateway.services.aheadMs = aheadMs;
      await eventually(async () => {
        await askEverywhere();
        expect(await readiness()).toEqual({ status: 'unavailable', failing: ['clock'] });
      });
      // Of each service as it is asked the next time.
      await eventually(async () => {
        const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
        const [, ahead] = /clock_ahead_seconds\{peer="usage-ledger",.*\} (\S+)/.exec(metrics) ?? [];
        expect(Math.abs(Number(ahead) + aheadMs / 1000)).toBeLessThan(60);
      });
      const { reply, requestId } = await ask({ model: 'gpt-5.4' });
      expect(reply.status).toBe(200);
      await gateway.record(requestId);
      gateway.services.aheadMs = 0;
      await eventually(async () => {
        await askEverywhere();
        expect(await readiness()).toEqual({ status: 'ok' });
      });
      expect(gateway.published.filter((record) => record.requestId === requestId)).toHaveLength(1);
    },
  );
});
