import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@modelbridge/testing-kit';
import { bounds } from '../src/bounds.js';
import { json } from './testing/stub-upstream.js';
import { TestGateway } from './testing/test-gateway.js';

const body = JSON.stringify({
  model: 'claude-sonnet-4-6',
  messages: [{ role: 'user', content: 'hi' }],
});

describe('counting tokens at the provider', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await TestGateway.start();
  });
  afterAll(() => gateway.stop());
  afterEach(() => {
    gateway.anthropic.answer = (res) => json(res, 200, { input_tokens: 7 });
  });

  function count(apiKey: string, signal?: AbortSignal): Promise<Response> {
    return fetch(`${gateway.url}/v1/messages/count_tokens`, {
      method: 'POST',
      headers: { 'x-api-key': apiKey, 'content-type': 'application/json' },
      body,
      signal,
    });
  }

  async function metric(line: string): Promise<number> {
    const text = await (await fetch(`${gateway.url}/metrics`)).text();
    return Number(
      text
        .split('\n')
        .find((each) => each.startsWith(line))
        ?.split(' ')
        .at(-1) ?? 0,
    );
  }

  const attempts = (result: string): Promise<number> =>
    metric(
      `gateway_upstream_attempts_total{provider="anthropic",region="us-east",result="${result}"`,
    );

  it('tells the endpoint’s health how each call ended', async () => {
    const { apiKey } = gateway.caller();
    const before = { good: await attempts('succeeded'), bad: await attempts('failed') };
    gateway.anthropic.answer = (res) => json(res, 200, { input_tokens: 7 });
    expect((await count(apiKey)).status).toBe(200);
    gateway.anthropic.answer = (res) => json(res, 500, {});
    expect((await count(apiKey)).status).toBe(502);
    gateway.anthropic.answer = (res) => void res.destroy();
    expect((await count(apiKey)).status).toBe(502);
    expect((await attempts('succeeded')) - before.good).toBe(1);
    expect((await attempts('failed')) - before.bad).toBe(2);
  });

  it('alerts when the provider refuses the platform’s own key', async () => {
    const faults = 'gateway_faults_total{kind="anthropic_account"';
    const before = await metric(faults);
    gateway.anthropic.answer = (res) => json(res, 401, { error: { type: 'authentication_error' } });
    expect((await count(gateway.caller().apiKey)).status).toBe(503);
    expect((await metric(faults)) - before).toBe(1);
  });

  it('gives the call up when the caller goes', async () => {
    const called = new Promise<void>((resolve) => {
      gateway.anthropic.answer = (res) => {
        res.once('close', () => (closed = true));
        resolve();
      };
    });
    let closed = false;
    const leaving = new AbortController();
    const answer = count(gateway.caller().apiKey, leaving.signal).catch(() => 'gone');
    await called;
    leaving.abort();
    expect(await answer).toBe('gone');
    await eventually(() => expect(closed).toBe(true));
  });

  it('refuses a key that counts too much at once, and answers another', async () => {
    const { apiKey } = gateway.caller();
    // A key has half of what its account may have, which is half of all.
    const share = Math.floor(bounds.maxTokenCounts / 3);
    const held: Array<() => void> = [];
    const full = new Promise<void>((resolve) => {
      gateway.anthropic.answer = (res) => {
        held.push(() => json(res, 200, { input_tokens: 7 }));
        if (held.length === share) resolve();
      };
    });
    const running = Array.from({ length: share }, () => count(apiKey));
    await full;
    const refused = await count(apiKey);
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after-ms')).not.toBeNull();
    gateway.anthropic.answer = (res) => json(res, 200, { input_tokens: 7 });
    expect((await count(gateway.caller().apiKey)).status).toBe(200);
    for (const release of held) release();
    expect((await Promise.all(running)).map(({ status }) => status)).toEqual(
      running.map(() => 200),
    );
    expect((await count(apiKey)).status).toBe(200);
  });
});
