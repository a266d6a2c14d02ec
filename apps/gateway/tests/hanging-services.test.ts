import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { KeyScope } from '@modelbridge/contracts/auth.v1';
import { eventually } from '@modelbridge/testing-kit';
import { bounds } from '../src/bounds.js';
import { askManagement } from './testing/management-caller.js';
import { TestGateway } from './testing/test-gateway.js';

const chat = JSON.stringify({ model: 'gpt-5.4', messages: [{ role: 'user', content: 'hi' }] });

describe('a service that takes calls and answers none', () => {
  let gateway: TestGateway;
  let requests = 0;

  beforeAll(async () => {
    gateway = await TestGateway.start();
  });
  afterAll(() => gateway.stop());
  afterEach(() => gateway.services.hanging.clear());

  const ask = (apiKey: string, headers: Record<string, string> = {}): Promise<Response> =>
    gateway.post(apiKey, chat, headers);
  const once = (): Record<string, string> => ({ 'idempotency-key': `key-${(requests += 1)}` });
  const callsOf = (name: string): number =>
    gateway.services.calls.filter((call) => call === name).length;

  async function expectRefused(reply: Response, code: string): Promise<void> {
    expect([reply.status, await reply.json()]).toMatchObject([503, { error: { code } }]);
    expect(Number(reply.headers.get('retry-after-ms'))).toBeGreaterThan(0);
    expect(reply.headers.get('retry-after')).toBe('1');
  }

  it.each([
    { service: 'auth', call: 'auth.resolveKey', code: 'keys_unavailable' },
    {
      service: 'usage-ledger',
      call: 'usage-ledger.claimIdempotencyKey',
      code: 'idempotency_unavailable',
    },
    { service: 'billing', call: 'billing.grantAllowance', code: 'billing_unavailable' },
  ] as const)(
    'costs its callers an answer with retry-after, those who come next no wait and others nothing: $service',
    async ({ service, call, code }) => {
      const known = gateway.caller();
      expect((await ask(known.apiKey)).status).toBe(200);
      const waits = service === 'usage-ledger' ? once : () => ({});
      const askAnew = (): Promise<Response> => ask(gateway.caller().apiKey, waits());
      gateway.services.hanging.add(service);

      const waiting = askAnew();
      await eventually(() => expect(callsOf(call)).toBeGreaterThan(0));
      expect((await ask(known.apiKey)).status).toBe(200);
      await expectRefused(await waiting, code);

      const made = callsOf(call);
      const next = await Promise.all(Array.from({ length: 20 }, askAnew));
      for (const reply of next) await expectRefused(reply, code);
      // Only one at a time tries whether it still hangs.
      expect(callsOf(call) - made).toBeLessThanOrEqual(2);
      expect((await ask(known.apiKey)).status).toBe(200);

      gateway.services.hanging.clear();
      await eventually(async () => expect((await askAnew()).status).toBe(200));
    },
  );

  it.each([
    { service: 'auth', method: 'GET', path: '/v1/keys', call: 'auth.listKeys' },
    { service: 'auth', method: 'POST', path: '/v1/keys', call: 'auth.createKey' },
    { service: 'teams', method: 'GET', path: '/v1/teams', call: 'teams.listTeams' },
    {
      service: 'usage-ledger',
      method: 'GET',
      path: '/v1/spend?from=2026-11-01T00:00:00Z&to=2026-11-02T00:00:00Z',
      call: 'usage-ledger.listSpend',
    },
    {
      service: 'retention',
      method: 'GET',
      path: '/v1/support-grants',
      call: 'retention.listSupportGrants',
    },
  ] as const)(
    'costs its managers no more than that: $method $path',
    async ({ service, method, path, call }) => {
      const { apiKey } = gateway.services.createKey({ scope: KeyScope.MANAGEMENT });
      const manage = () =>
        askManagement(
          gateway,
          apiKey,
          method,
          path,
          method === 'POST' ? { name: 'ci' } : undefined,
        );
      // It knows the key, and that nothing hangs any more.
      await eventually(async () => expect((await gateway.post(apiKey, chat)).status).toBe(403));
      gateway.services.hanging.add(service);
      for (const answer of [await manage(), await manage()]) {
        const { status, body } = answer;
        expect([status, body['error'] ?? body]).toMatchObject([
          503,
          { code: 'service_unavailable' },
        ]);
        expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
      }
      expect(gateway.services.leftMs.get(call)).toBeLessThanOrEqual(bounds.longestWaitMs);
    },
  );

  it('is asked with no more time than the request has left after others', async () => {
    const tookMs = 700;
    gateway.services.beforeKeyAnswer = () => delay(tookMs);
    expect((await ask(gateway.caller().apiKey, once())).status).toBe(200);
    const leftMs = gateway.services.leftMs.get('usage-ledger.claimIdempotencyKey');
    expect(leftMs).toBeLessThanOrEqual(bounds.longestWaitMs - tookMs);
    gateway.services.beforeKeyAnswer = () => Promise.resolve();
  });

  it('keeps no place of an archive’s download for those who are gone, nor all of them for one address', async () => {
    gateway.services.hanging.add('retention');
    const gone = new AbortController();
    const { signal } = gone;
    const statuses: number[] = [];
    const downloads = Array.from({ length: bounds.maxOpenFiles }, (_, i) =>
      fetch(`${gateway.url}/exports/v1.${i}`, { signal }).then(
        ({ status }) => void statuses.push(status),
        () => undefined,
      ),
    );
    const share = bounds.maxOpenFiles / 2;
    await eventually(() => expect(statuses).toEqual(Array<number>(share).fill(429)));
    gone.abort();
    await Promise.all(downloads);
    gateway.services.hanging.clear();
    await eventually(async () => {
      expect((await fetch(`${gateway.url}/exports/v1.x`)).status).toBe(404);
    });
  });
});
