import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@modelbridge/contracts';
import { createService, type RunningService } from '@modelbridge/service-kit/process';
import { eventually, freePort, startTestService, type TestService } from '@modelbridge/testing-kit';
import Stripe from 'stripe';
import { readConfig } from '../../apps/dashboard/src/config.js';
import { dashboardService } from '../../apps/dashboard/src/service.js';
import { testEnvironment } from '../../apps/dashboard/src/testing/environment.js';
import { TestSandbox } from '../../apps/sandbox/src/testing/test-sandbox.js';
import { KilledBilling } from './payments/killed-billing.js';
import { usd } from './payments/payment-stack.js';

const rounds = 4;
const accounts = 4;

let sandbox: TestSandbox;
let billing: KilledBilling;
let dashboard: TestService<RunningService>;
let stripe: Stripe;
beforeAll(async () => {
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  sandbox = await TestSandbox.start({ SANDBOX_STRIPE_APP_ORIGIN: origin });
  const { hostname, port: stripePort } = new URL(sandbox.url);
  const secret = sandbox.config.SANDBOX_STRIPE_SECRET_KEY;
  stripe = new Stripe(secret, {
    host: hostname,
    port: stripePort,
    protocol: 'http',
    telemetry: false,
  });
  billing = await KilledBilling.start({
    STRIPE_SECRET_KEY: secret,
    STRIPE_WEBHOOK_SECRET: sandbox.config.SANDBOX_STRIPE_WEBHOOK_SECRET,
    STRIPE_API_BASE: sandbox.url,
    APP_URL: origin,
  });
  dashboard = await startTestService({
    start: createService,
    name: 'dashboard',
    options: (variables) => dashboardService(readConfig(variables)),
    certificates: billing.certificates,
    env: {
      ...testEnvironment,
      HTTP_PORT: String(port),
      BILLING_GRPC: billing.grpcTarget,
    },
  });
});
afterAll(async () => {
  await sandbox.close();
  await dashboard.close();
  await billing.close();
});

async function control<T>(path: string, body: object, method = 'POST'): Promise<T> {
  const response = await fetch(`${sandbox.url}/stripe/test/${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(await response.text());
  return (await response.json()) as T;
}

/** Repeats a call of billing under its idempotency key until it has answered: it dies meanwhile. */
function insist<T>(call: () => Promise<T>): Promise<T> {
  return eventually(call);
}

interface Person {
  accountId: string;
  /** What operators have taken out, so that the balance runs low (nano-USD). */
  takenOut: bigint;
}

async function person(n: number): Promise<Person> {
  const accountId = newId('account');
  await billing.client.createAccount({ accountId, ownerUserId: newId('user'), plan: '' });
  await pay(accountId, `first-${n}`);
  await eventually(async () => {
    const { autoRecharge } = await billing.client.getAutoRecharge({ accountId });
    expect(autoRecharge?.cardLast4).toBe('4242');
  });
  await billing.client.setAutoRecharge({
    accountId,
    enabled: true,
    belowNanoUsd: 40n * usd,
    amountNanoUsd: 10n * usd,
    dailyCapNanoUsd: 10_000n * usd,
  });
  return { accountId, takenOut: 0n };
}

/** Pays 20 USD in; the payment's id. */
async function pay(accountId: string, idempotencyKey: string): Promise<string> {
  const { sessionId } = await insist(() =>
    billing.client.createTopUp({
      accountId,
      amountNanoUsd: 20n * usd,
      idempotencyKey,
      saveCard: true,
    }),
  );
  const paid = await control<{ payment_intent: string }>(`checkout/${sessionId}/pay`, {});
  return paid.payment_intent;
}

/** One person's round: a payment, a refund or a dispute of it, and a balance that runs low. */
async function round(someone: Person, key: string, kind: number): Promise<void> {
  const { accountId } = someone;
  const paymentIntentId = await pay(accountId, key);
  if (kind === 0) {
    await insist(() =>
      billing.client.refundPayment({
        paymentIntentId,
        amountNanoUsd: 5n * usd,
        idempotencyKey: key,
      }),
    );
  } else if (kind === 1) {
    const { id } = await control<{ id: string }>(`charges/${paymentIntentId}/dispute`, {});
    await control(`disputes/${id}/close`, { outcome: 'won' });
  }
  await insist(() =>
    billing.client.reverseCredit({
      accountId,
      amountNanoUsd: 20n * usd,
      idempotencyKey: key,
      reason: 'refund',
    }),
  );
  someone.takenOut += 20n * usd;
}

/** What must be in the balance by what Stripe says, in nano-USD. */
async function expectedBalance({ accountId, takenOut }: Person): Promise<bigint> {
  const intents = await stripe.paymentIntents
    .list({ limit: 100 })
    .autoPagingToArray({ limit: 1_000 });
  const own = intents.filter(
    ({ metadata, status }) =>
      metadata['modelbridge_account'] === accountId && status === 'succeeded',
  );
  let cents = 0;
  for (const { id, amount_received: amount } of own) {
    const { data: refunds } = await stripe.refunds.list({ payment_intent: id, limit: 100 });
    const back = refunds.filter(({ status }) => status === 'succeeded' || status === 'pending');
    cents += amount - back.reduce((sum, refund) => sum + refund.amount, 0);
  }
  return BigInt(cents) * 10_000_000n - takenOut;
}

describe('billing, killed again and again', () => {
  it('loses no payment and makes none twice: what Stripe has is what the ledger has', async () => {
    await control('webhooks', { duplicate: true, concurrency: 4 }, 'PUT');
    const people: Person[] = [];
    for (let n = 0; n < accounts; n += 1) people.push(await person(n));
    for (let n = 0; n < rounds; n += 1) {
      const work = Promise.all(
        people.map((someone, index) => round(someone, `round-${n}-${index}`, (n + index) % 3)),
      );
      await delay(60 + 90 * n);
      await billing.kill();
      await billing.again();
      await work;
      await delay(40 * n);
      await billing.kill();
      await billing.again();
    }
    await billing.forgetClaims();
    for (const someone of people) {
      await eventually(async () => {
        const { balanceNanoUsd } = await billing.client.getCredits({
          accountId: someone.accountId,
        });
        expect(balanceNanoUsd).toBeGreaterThanOrEqual(40n * usd);
        expect(balanceNanoUsd).toBe(await expectedBalance(someone));
      });
    }
    const { checks } = await billing.client.checkInvariants({ full: true });
    expect(checks.filter(({ violations }) => violations > 0n)).toEqual([]);
    const intents = await stripe.paymentIntents
      .list({ limit: 100 })
      .autoPagingToArray({ limit: 1_000 });
    const recharges = intents.flatMap(({ metadata }) => metadata['modelbridge_recharge'] ?? []);
    expect(recharges.length).toBeGreaterThan(accounts);
    expect(new Set(recharges).size).toBe(recharges.length);
  }, 240_000);
});
