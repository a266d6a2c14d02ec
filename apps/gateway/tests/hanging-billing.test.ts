import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TestGateway } from './testing/test-gateway.js';

const chat = JSON.stringify({ model: 'gpt-5.4', messages: [{ role: 'user', content: 'hi' }] });

describe('a billing that takes calls and answers none', () => {
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await TestGateway.start();
  });
  afterAll(() => gateway.stop());

  it('costs its callers an answer with retry-after, and those with an allowance nothing', async () => {
    const known = gateway.caller();
    const fresh = gateway.caller();
    expect((await gateway.post(known.apiKey, chat)).status).toBe(200);
    let answer = (): void => undefined;
    const hanging = new Promise<void>((go) => (answer = go));
    gateway.services.beforeGrantAnswer = () => hanging;

    const waiting = gateway.post(fresh.apiKey, chat);
    expect((await gateway.post(known.apiKey, chat)).status).toBe(200);
    const refused = await waiting;
    const next = await gateway.post(fresh.apiKey, chat);
    for (const reply of [refused, next]) {
      expect(reply.status).toBe(503);
      expect(await reply.json()).toMatchObject({ error: { code: 'billing_unavailable' } });
      expect(Number(reply.headers.get('retry-after-ms'))).toBeGreaterThan(0);
      expect(reply.headers.get('retry-after')).toBe('1');
    }
    expect((await gateway.post(known.apiKey, chat)).status).toBe(200);

    gateway.services.beforeGrantAnswer = () => Promise.resolve();
    answer();
  });
});
