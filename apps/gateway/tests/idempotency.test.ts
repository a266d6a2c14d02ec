import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { principals } from '@modelbridge/contracts/access';
import { newId } from '@modelbridge/contracts';
import { RefusalReason } from '@modelbridge/contracts/billing.v1';
import { eventually, testCertificates, testNats, type TestNats } from '@modelbridge/testing-kit';
import { startLedger, type RunningLedger } from '@modelbridge/usage-ledger/testing';
import OpenAI from 'openai';
import { Journal } from '../src/spool/journal.js';
import { openFacts } from '../src/spool/testing/facts.js';
import { grantInFull } from './testing/stub-services.js';
import { chatReply, chatStream, json, sendStream } from './testing/stub-upstream.js';
import { TestGateway, type SharedLedger } from './testing/test-gateway.js';
import { UpstreamService } from '../src/upstream/upstream.service.js';

const body = {
  model: 'gpt-5.4',
  messages: [{ role: 'user' as const, content: 'Say hello to the whole wide world, please' }],
};
const other = { ...body, temperature: 0.5 };

function withKey(idempotencyKey: string = randomUUID()) {
  return { headers: { 'idempotency-key': idempotencyKey } };
}

/** The error that a call of the SDK ends with. */
async function errorOf(call: Promise<unknown>): Promise<InstanceType<typeof OpenAI.APIError>> {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof OpenAI.APIError) return error;
  throw new Error('the call did not end with an error of the API', { cause: error });
}

describe('Idempotency-Key', () => {
  let nats: TestNats;
  let ledger: RunningLedger;
  let shared: SharedLedger;
  let gateway: TestGateway;

  beforeAll(async () => {
    nats = await testNats();
    const certificates = await testCertificates(...principals, 'test');
    ledger = await startLedger({ nats, certificates });
    shared = { grpcTarget: ledger.grpcTarget, nats, certificates };
    gateway = await TestGateway.start({}, shared);
  });
  afterAll(async () => {
    await gateway.stop();
    await ledger.close();
    await nats.stop();
  });
  afterEach(() => {
    jest.restoreAllMocks();
    gateway.services.answerGrant = grantInFull;
    gateway.openai.answer = (res) => chatReply(res);
    gateway.openai.received.length = 0;
  });

  const upstreamCalls = () => gateway.openai.received.length;

  /** Keeps the upstream's answer back until it is let go. */
  function holdUpstream(): () => void {
    let letGo = (): void => undefined;
    const held = new Promise<void>((resolve) => (letGo = resolve));
    gateway.openai.answer = (res) => void held.then(() => chatReply(res));
    return letGo;
  }

  it('calls the upstream once for two requests at a time and tells the second to try again', async () => {
    const letGo = holdUpstream();
    const { client, apiKey } = gateway.caller();
    const options = withKey();
    const first = client.chat.completions.create(body, options).withResponse();
    await eventually(() => expect(upstreamCalls()).toBe(1));
    const error = await errorOf(client.chat.completions.create(body, options));
    expect(error).toMatchObject({ status: 409, code: 'idempotency_in_progress' });
    expect(error.headers?.get('x-should-retry')).toBe('true');
    expect(Number(error.headers?.get('retry-after-ms'))).toBeGreaterThan(0);
    letGo();
    const { response } = await first;
    expect(error.error).toMatchObject({ request_id: response.headers.get('x-request-id') });
    expect(upstreamCalls()).toBe(1);
    // Without the header the same body is another request.
    expect((await gateway.post(apiKey, JSON.stringify(body))).status).toBe(200);
    expect(upstreamCalls()).toBe(2);
  });

  it.each([false, true])(
    'tells a repetition what the first became and cost (streamed: %s)',
    async (stream) => {
      gateway.openai.answer = (res) =>
        stream ? sendStream(res, chatStream(['Hello'])) : chatReply(res);
      const { apiKey } = gateway.caller();
      const send = () => gateway.post(apiKey, JSON.stringify({ ...body, stream }), options.headers);
      const options = withKey();
      const first = await send();
      await first.text();
      const record = await gateway.record(first.headers.get('x-request-id'));
      expect(BigInt(record.costNanoUsd)).toBeGreaterThan(0n);
      const { reply, error } = await eventually(async () => {
        const reply = await send();
        const { error } = (await reply.json()) as { error: { code: string } };
        expect(error.code).toBe('idempotency_completed');
        return { reply, error };
      });
      expect(reply.status).toBe(409);
      expect(reply.headers.get('x-should-retry')).toBe('false');
      expect(error).toMatchObject({
        param: 'idempotency-key',
        request_id: record.requestId,
        status: 200,
        usage: {
          input_tokens: record.inputTokens,
          output_tokens: record.outputTokens,
          reasoning_tokens: record.reasoningTokens,
          cache_read_tokens: record.cacheReadTokens,
          cache_write_tokens: 0,
        },
        cost_nano_usd: record.costNanoUsd,
      });
      expect(upstreamCalls()).toBe(1);
    },
  );

  it('keeps an SDK that gave up waiting and retries from a second call and charge', async () => {
    const letGo = holdUpstream();
    const { apiKey, keyId } = gateway.caller();
    let attempts = 0;
    const patience = new AbortController();
    const client = new OpenAI({
      apiKey,
      baseURL: `${gateway.url}/v1`,
      maxRetries: 8,
      fetch: (url, init) => {
        attempts += 1;
        return fetch(url, attempts === 1 ? { ...init, signal: patience.signal } : init);
      },
    });
    const call = errorOf(client.chat.completions.create(body, withKey()));
    await eventually(() => expect(upstreamCalls()).toBe(1));
    patience.abort();
    await eventually(() => expect(attempts).toBeGreaterThan(2));
    letGo();
    const error = await call;
    expect(error).toMatchObject({ status: 409, code: 'idempotency_completed' });
    expect(upstreamCalls()).toBe(1);
    const charged = gateway.published.filter((record) => record.keyId === keyId);
    expect(charged).toHaveLength(1);
  });

  it('counts an upstream that was called and failed as the end: the SDK’s retry calls nothing', async () => {
    gateway.openai.answer = (res) =>
      json(res, 500, { error: { message: 'boom', type: 'server_error', code: null } });
    const { apiKey } = gateway.caller();
    const client = new OpenAI({ apiKey, baseURL: `${gateway.url}/v1`, maxRetries: 4 });
    const error = await errorOf(client.chat.completions.create(body, withKey()));
    expect(error).toMatchObject({ status: 409, code: 'idempotency_completed' });
    expect(error.error).toMatchObject({ cost_nano_usd: '0' });
    expect((error.error as { status: number }).status).toBeGreaterThanOrEqual(500);
    expect(upstreamCalls()).toBe(1);
  });

  it('refuses another body under the same key, with 400', async () => {
    const { client } = gateway.caller();
    const options = withKey();
    await client.chat.completions.create(body, options);
    const error = await errorOf(client.chat.completions.create(other, options));
    expect(error).toMatchObject({
      status: 400,
      code: 'idempotency_key_reused',
      param: 'idempotency-key',
    });
    expect(upstreamCalls()).toBe(1);
  });

  it('does not mix up callers that use the same value', async () => {
    const options = withKey();
    await gateway.caller().client.chat.completions.create(body, options);
    await gateway.caller().client.chat.completions.create(other, options);
    expect(upstreamCalls()).toBe(2);
  });

  describe('when the upstream was never called', () => {
    it('is free again after a 402, for any body', async () => {
      const { client } = gateway.caller();
      const options = withKey();
      gateway.services.answerGrant = () => ({
        $case: 'refused',
        value: {
          reason: RefusalReason.INSUFFICIENT_QUOTA,
          limitSource: 'account.balance',
          availableNanoUsd: 1n,
          retryAfterMs: 0,
        } as never,
      });
      const refused = await errorOf(client.chat.completions.create(body, options));
      expect(refused.status).toBe(402);
      gateway.services.answerGrant = grantInFull;
      await client.chat.completions.create(other, options);
      expect(upstreamCalls()).toBe(1);
    });

    it('is free again after a record without a provider', async () => {
      const { client } = gateway.caller();
      const options = withKey();
      const upstream = gateway.service.running.app.get(UpstreamService, { strict: false });
      jest.spyOn(upstream, 'pick').mockReturnValueOnce(undefined);
      const refused = await errorOf(client.chat.completions.create(body, options));
      expect(refused.status).toBe(503);
      await eventually(() => client.chat.completions.create(body, options));
      expect(upstreamCalls()).toBe(1);
    });

    it('is not used up by a request that is not valid', async () => {
      const { client } = gateway.caller();
      const options = withKey();
      const bad = { ...body, model: 'no-such-model' };
      expect((await errorOf(client.chat.completions.create(bad, options))).status).toBe(404);
      await client.chat.completions.create(body, options);
    });
  });

  it.each(['', 'a b', 'é', 'a'.repeat(256)])('refuses %p with 400', async (value) => {
    const { apiKey } = gateway.caller();
    const headers = { 'idempotency-key': value };
    const reply = await gateway.post(apiKey, JSON.stringify(body), headers);
    expect(reply.status).toBe(400);
    expect(await reply.json()).toMatchObject({
      error: { code: 'invalid_idempotency_key', param: 'idempotency-key' },
    });
    expect(upstreamCalls()).toBe(0);
  });

  it('frees what a dead gateway claimed and never opened, and nothing that it opened', async () => {
    const spoolDir = mkdtempSync(join(tmpdir(), 'spool-'));
    const gatewayEpoch = randomUUID();
    const claim = (requestId: string) => ({
      keyId: newId('key'),
      idempotencyKeyHash: randomBytes(32),
      bodyHmac: randomBytes(32),
      requestId,
      gatewayEpoch,
    });
    const facts = openFacts();
    const opened = { ...claim(facts.requestId), keyId: facts.keyId };
    const unopened = claim(newId('request'));
    for (const each of [opened, unopened]) await ledger.client.claimIdempotencyKey(each);
    const journal = await Journal.create(spoolDir, gatewayEpoch, {
      segmentBytes: 64 * 1024,
      maxBytes: 1 << 20,
      reservedBytesPerOpenRequest: 4096,
    });
    journal.begin(facts);
    await journal.stop();

    const next = await TestGateway.start({ SPOOL_DIR: spoolDir }, shared);
    const again = async (first: typeof opened) =>
      (
        await ledger.client.claimIdempotencyKey({
          ...first,
          requestId: newId('request'),
          gatewayEpoch: randomUUID(),
        })
      ).outcome;
    await eventually(async () => {
      const outcome = await again(unopened);
      expect(outcome?.$case).toBe('claimed');
    });
    expect(await again(opened)).toMatchObject({
      $case: 'completed',
      value: { requestId: facts.requestId, status: 500, costNanoUsd: 0n },
    });
    await next.stop();
  });
});

describe('a usage-ledger that does not answer', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await TestGateway.start();
  });
  afterAll(() => gateway.stop());
  afterEach(() => gateway.services.down.clear());

  const ledgerCalls = () => gateway.services.calls.filter((name) => /^usage-ledger/.test(name));

  it('stops requests with the header before anything is called, and no others', async () => {
    gateway.services.down.add('usage-ledger');
    const { client, apiKey } = gateway.caller();
    const refused = await errorOf(client.chat.completions.create(body, withKey()));
    expect(refused).toMatchObject({ status: 503, code: 'idempotency_unavailable' });
    expect(refused.headers?.get('x-should-retry')).toBe('true');
    expect(gateway.openai.received).toHaveLength(0);
    expect(gateway.services.grants).toHaveLength(0);
    const before = ledgerCalls().filter((name) => name.endsWith('.claimIdempotencyKey')).length;
    expect((await gateway.post(apiKey, JSON.stringify(body))).status).toBe(200);
    const after = ledgerCalls().filter((name) => name.endsWith('.claimIdempotencyKey')).length;
    expect(after).toBe(before);
  });

  it('hears of claims that it may have made as soon as it answers again', async () => {
    gateway.services.down.add('usage-ledger');
    const { client } = gateway.caller();
    const refused = await errorOf(client.chat.completions.create(body, withKey()));
    gateway.services.down.clear();
    await eventually(() => expect(gateway.services.releasedRequests).toContain(refused.requestID));
  });

  it('leaves them to the next gateway when this one stops before', async () => {
    const spoolDir = mkdtempSync(join(tmpdir(), 'spool-'));
    const first = await TestGateway.start({ SPOOL_DIR: spoolDir });
    first.services.down.add('usage-ledger');
    await errorOf(first.caller().client.chat.completions.create(body, withKey()));
    await first.service.close();
    const left = readdirSync(spoolDir);
    expect(left).toHaveLength(1);
    const second = await TestGateway.start({ SPOOL_DIR: spoolDir });
    await eventually(() => expect(second.services.releasedEpochs).toEqual(left));
    await second.stop();
    await first.stop();
  });
});
