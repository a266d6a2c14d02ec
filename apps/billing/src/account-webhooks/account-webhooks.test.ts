import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { uuidOf } from '@modelbridge/contracts';
import { eventually } from '@modelbridge/testing-kit';
import { Webhook } from 'standardwebhooks';
import { Notices } from '../notices/notices.service.js';
import { RunningBilling } from '../testing/running-billing.js';
import { WebhookReceiver, type Received } from '../testing/webhook-receiver.js';
import { AccountWebhooks } from './account-webhooks.service.js';
import { webhookBounds } from './bounds.js';
import { WebhookDeliveries } from './deliveries.service.js';
import { WebhookClient } from './webhook-client.service.js';

let receiver: WebhookReceiver;
let billing: RunningBilling;
/** As deployed: it reaches public addresses only. */
let strict: RunningBilling;
beforeAll(async () => {
  receiver = await WebhookReceiver.start();
  billing = await RunningBilling.start(undefined, { ACCOUNT_WEBHOOKS_TO_LOOPBACK: 'true' });
  strict = await RunningBilling.start();
});
afterAll(async () => {
  await strict.close();
  await billing.close();
  receiver.close();
});
beforeEach(() => {
  receiver.received.length = 0;
  receiver.says(204);
});

const webhooks = (of = billing): AccountWebhooks => of.part(AccountWebhooks);

/** A new account (its UUID) with a webhook, and the secret of it. */
async function account(
  url = receiver.url(),
  of = billing,
): Promise<{ accountId: string; secret: string }> {
  const accountId = uuidOf('account', (await of.account(0n)).accountId);
  return { accountId, secret: (await webhooks(of).set(accountId, url)).secret };
}

const facts = { amount_nano_usd: '5000000000', payment_intent_id: 'pi_1' };
async function tell(accountId: string, of = billing): Promise<void> {
  const notice = { accountId, kind: 'payment_received', cause: randomUUID(), facts } as const;
  await of.database.transaction((tx) => of.part(Notices).add(tx, notice));
  await of.part(WebhookDeliveries).send();
}

const listed = async (accountId: string, of = billing) =>
  (await webhooks(of).list(accountId, '', 100)).deliveries;

const ended = (accountId: string, state: string, of = billing) =>
  eventually(async () => {
    const [delivery] = await listed(accountId, of);
    expect(delivery).toMatchObject({ state });
    return delivery;
  });

/** Makes what waits for its next attempt due, and tries it. */
async function elapse(of = billing): Promise<void> {
  await of.database.execute(
    `UPDATE account_webhook_delivery SET due_at = now() WHERE state = 'pending'`,
  );
  await of.part(WebhookDeliveries).send();
}

const verified = (secret: string, { body, headers }: Received): unknown =>
  new Webhook(secret).verify(body, headers as Record<string, string>);

describe('a webhook of an account', () => {
  it('gets what the account is told, signed as Standard Webhooks', async () => {
    const { accountId, secret } = await account();
    await tell(accountId);
    const delivery = await ended(accountId, 'delivered');
    expect(receiver.received).toHaveLength(1);
    const [message] = receiver.received as [Received];
    expect(verified(secret, message)).toEqual({
      type: 'payment_received',
      timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
      data: { account_id: expect.stringMatching(/^acct_/), ...facts },
    });
    expect(message.headers['webhook-id']).toBe(delivery?.id);
    expect(delivery).toMatchObject({
      kind: 'payment_received',
      attempts: 1,
      lastStatus: 204,
      lastError: null,
    });
    expect(() => verified(`whsec_${Buffer.alloc(32).toString('base64')}`, message)).toThrow();
  });

  it('gets nothing before it is set, nor of other accounts', async () => {
    const accountId = uuidOf('account', (await billing.account(0n)).accountId);
    await tell(accountId);
    await webhooks().set(accountId, receiver.url());
    await tell((await account()).accountId);
    expect(receiver.received).toHaveLength(1);
    expect(await listed(accountId)).toEqual([]);
  });

  it('shows its secret once, keeps it for another URL, and signs with two for a day after a rotation', async () => {
    const { accountId, secret } = await account();
    expect((await webhooks().set(accountId, receiver.url('/other'))).secret).toBe('');
    const rotated = await webhooks().rotate(accountId);
    await tell(accountId);
    const [message] = receiver.received as [Received];
    expect(message.path).toBe('/other');
    for (const valid of [secret, rotated.secret]) expect(verified(valid, message)).toBeDefined();
    await billing.database.execute(
      'UPDATE account_webhook SET previous_secret_until = now() WHERE account_id = $1',
      [accountId],
    );
    await tell(accountId);
    const later = receiver.received.at(-1) as Received;
    expect(() => verified(secret, later)).toThrow(/signature/i);
    expect(verified(rotated.secret, later)).toBeDefined();
  });

  it('is tried again under the same id until it takes the message', async () => {
    const { accountId } = await account();
    receiver.says(500);
    await tell(accountId);
    expect(await ended(accountId, 'pending')).toMatchObject({ attempts: 1, lastStatus: 500 });
    const [due] = await billing.database.query<{ ms: number }>(
      `SELECT extract(epoch FROM due_at - now())::float8 * 1000 AS ms FROM account_webhook_delivery
       WHERE account_id = $1`,
      [accountId],
    );
    expect(due?.ms).toBeGreaterThan(3_000);
    receiver.says(200);
    await elapse();
    expect(await ended(accountId, 'delivered')).toMatchObject({ attempts: 2, lastStatus: 200 });
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(new Set(receiver.received.map(({ body }) => body)).size).toBe(1);
    await elapse();
    expect(receiver.received).toHaveLength(2);
  });

  it('is given up after three days', async () => {
    const { accountId } = await account();
    receiver.says(503);
    await tell(accountId);
    await billing.database.execute(
      `UPDATE account_webhook_delivery SET created_at = now() - interval '73 hours' WHERE account_id = $1`,
      [accountId],
    );
    await elapse();
    expect(await ended(accountId, 'failed')).toMatchObject({ attempts: 2, lastStatus: 503 });
  });

  it('is not followed elsewhere', async () => {
    const { accountId } = await account();
    receiver.says(307, { location: receiver.url('/stolen') });
    await tell(accountId);
    expect(await ended(accountId, 'pending')).toMatchObject({ lastStatus: 307 });
    expect(receiver.received.map(({ path }) => path)).toEqual(['/hooks']);
  });

  it('that is removed gets nothing more', async () => {
    const { accountId } = await account();
    receiver.says(500);
    await tell(accountId);
    await webhooks().remove(accountId);
    expect(await ended(accountId, 'failed')).toMatchObject({ lastError: 'removed' });
    await tell(accountId);
    expect(await listed(accountId)).toHaveLength(1);
    await expect(webhooks().test(accountId)).rejects.toMatchObject({ code: 'failed_precondition' });
  });

  it('is sent to by one of two replicas that look at the same time', async () => {
    const second = await RunningBilling.start(billing, { ACCOUNT_WEBHOOKS_TO_LOOPBACK: 'true' });
    try {
      const { accountId } = await account();
      for (let count = 0; count < 20; count += 1) {
        const notice = {
          accountId,
          kind: 'payment_received',
          cause: String(count),
          facts,
        } as const;
        await billing.database.transaction((tx) => billing.part(Notices).add(tx, notice));
      }
      await Promise.all([billing, second].map((of) => of.part(WebhookDeliveries).send()));
      await eventually(async () =>
        expect((await listed(accountId)).filter(({ state }) => state === 'delivered')).toHaveLength(
          20,
        ),
      );
      expect(receiver.received).toHaveLength(20);
    } finally {
      await second.close();
    }
  });
});

describe('an endpoint that is down', () => {
  it('is asked once for all that waits for it, and holds up nobody', async () => {
    const { requestMs } = webhookBounds;
    const [down, up] = [await account(receiver.url('/down')), await account()];
    receiver.answer = (response) => void response;
    webhookBounds.requestMs = 300;
    try {
      const tellMany = billing.database.transaction(async (tx) => {
        for (let count = 0; count < 200; count += 1) {
          const { accountId } = down;
          const notice = {
            accountId,
            kind: 'payment_received',
            cause: String(count),
            facts,
          } as const;
          await billing.part(Notices).add(tx, notice);
        }
      });
      await tellMany;
      await billing.part(WebhookDeliveries).send();
      const asked = receiver.received.length;
      receiver.says(204);
      await tell(up.accountId);
      await ended(up.accountId, 'delivered');
      expect(asked).toBeLessThanOrEqual(2);
      expect((await listed(down.accountId)).every(({ state }) => state === 'pending')).toBe(true);
      await elapse();
      await eventually(async () =>
        expect((await listed(down.accountId)).every(({ state }) => state === 'delivered')).toBe(
          true,
        ),
      );
    } finally {
      webhookBounds.requestMs = requestMs;
    }
  });
});

describe('a test', () => {
  it('is answered with how it ended, ten times a minute at most', async () => {
    const { accountId, secret } = await account();
    expect(await webhooks().test(accountId)).toMatchObject({
      kind: null,
      state: 'delivered',
      lastStatus: 204,
    });
    expect(verified(secret, receiver.received[0] as Received)).toMatchObject({ type: 'test' });
    receiver.says(418);
    for (let count = 1; count < webhookBounds.testsAMinute; count += 1) {
      expect(await webhooks().test(accountId)).toMatchObject({ state: 'failed', lastStatus: 418 });
    }
    await expect(webhooks().test(accountId)).rejects.toMatchObject({ code: 'resource_exhausted' });
  });
});

describe('an endpoint', () => {
  const attempt = async (accountId: string, of = billing) =>
    (await webhooks(of).test(accountId)).lastError;

  it('without a certificate that can be trusted gets nothing', async () => {
    const { TLS_CERT_FILE, TLS_KEY_FILE } = billing.service.tlsOf('dashboard');
    const server = createServer({
      cert: readFileSync(TLS_CERT_FILE),
      key: readFileSync(TLS_KEY_FILE),
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/`;
      expect(await attempt((await account(url)).accountId)).toBe('tls');
    } finally {
      server.close();
    }
  });

  it('that never ends its answer, or never answers, costs a bounded time', async () => {
    const { accountId } = await account();
    receiver.answer = (response) => {
      const more = setInterval(() => response.write('x'.repeat(65_536)), 1);
      response.writeHead(200).on('close', () => clearInterval(more));
    };
    expect((await webhooks().test(accountId)).state).toBe('delivered');
    const { requestMs } = webhookBounds;
    webhookBounds.requestMs = 200;
    try {
      receiver.answer = () => undefined;
      expect(await attempt(accountId)).toBe('timeout');
    } finally {
      webhookBounds.requestMs = requestMs;
    }
  });

  it.each(['127.0.0.1', '10.0.0.1', '::1', 'fd00::1', '::ffff:127.0.0.1'])(
    'whose name leads to %s is refused',
    async (address) => {
      strict.part(WebhookClient).resolve = () =>
        Promise.resolve([
          { address: '1.1.1.1', family: 4 },
          { address, family: address.includes(':') ? 6 : 4 },
        ]);
      await expect(account('https://hooks.example.com/', strict)).rejects.toMatchObject({
        code: 'invalid_argument',
        field: 'url',
        message: expect.stringContaining('public address'),
      });
    },
  );

  it('whose name leads elsewhere once it is set is refused at the connection', async () => {
    const client = strict.part(WebhookClient);
    client.resolve = () => Promise.resolve([{ address: '1.1.1.1', family: 4 }]);
    const { accountId } = await account('https://hooks.example.com/', strict);
    client.resolve = () => Promise.resolve([{ address: '127.0.0.1', family: 4 }]);
    expect(await attempt(accountId, strict)).toBe('address_refused');
  });

  it('is reached at the address that was looked at, whatever its name leads to by then', async () => {
    const client = billing.part(WebhookClient);
    const { resolve } = client;
    const answers = ['127.0.0.1', '127.0.0.1', '10.255.255.1'];
    client.resolve = () =>
      Promise.resolve([{ address: answers.shift() ?? '10.255.255.1', family: 4 }]);
    try {
      const { accountId } = await account(receiver.url('/hooks', 'hooks.example.com'));
      expect(await attempt(accountId)).toBeNull();
      expect(receiver.received[0]?.headers.host).toBe(`hooks.example.com:${receiver.port}`);
      expect(await attempt(accountId)).toBe('address_refused');
    } finally {
      client.resolve = resolve;
    }
  });

  it('that was kept before this rule is not reached either', async () => {
    strict.part(WebhookClient).resolve = () => Promise.resolve([{ address: '1.1.1.1', family: 4 }]);
    const { accountId } = await account('https://hooks.example.com/', strict);
    await strict.database.execute('UPDATE account_webhook SET url = $2 WHERE account_id = $1', [
      accountId,
      receiver.url(),
    ]);
    expect(await attempt(accountId, strict)).toBe('address_refused');
    expect(receiver.received).toEqual([]);
  });

  it('that does not resolve is refused', async () => {
    strict.part(WebhookClient).resolve = () => Promise.reject(new Error('ENOTFOUND'));
    await expect(account('https://nowhere.example/', strict)).rejects.toThrow(/host that resolves/);
  });
});

describe('the list of deliveries', () => {
  it('comes by pages, the newest first, and says nothing of what was answered', async () => {
    const { accountId } = await account();
    const ids: string[] = [];
    for (let count = 0; count < 5; count += 1) ids.unshift((await webhooks().test(accountId)).id);
    const seen: string[] = [];
    for (let before = '', hasMore = true; hasMore;) {
      const page = await webhooks().list(accountId, before, 2);
      seen.push(...page.deliveries.map(({ id }) => id));
      before = seen.at(-1) ?? '';
      hasMore = page.hasMore;
    }
    expect(seen).toEqual(ids);
    const rows = await billing.database.query(
      'SELECT d::text AS row FROM account_webhook_delivery d',
    );
    expect(JSON.stringify(rows)).toContain(ids[0]);
    expect(JSON.stringify(rows)).not.toContain('an answer');
  });
});
