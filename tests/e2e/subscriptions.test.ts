import { newId, uuidOf } from '@modelbridge/contracts';
import { rpcErrorFrom } from '@modelbridge/service-kit/grpc';
import { eventually } from '@modelbridge/testing-kit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { SubscriptionsService } from '../../apps/billing/src/subscriptions/subscriptions.service.js';
import type { Owner } from '../../apps/billing/src/testing/samples.js';
import { PaymentStack, usd } from './payments/payment-stack.js';

let stack: PaymentStack;
beforeAll(async () => {
  stack = await PaymentStack.start();
});
beforeEach(() => stack.billing.clock.set(new Date()));
afterAll(() => stack.close());

/** A call of Stripe's API, as its dashboard makes it. */
async function api<T = { id: string }>(
  method: string,
  path: string,
  form: Record<string, string> = {},
): Promise<T> {
  const response = await fetch(`${stack.sandbox.url}/v1/${path}`, {
    method,
    headers: {
      authorization: `Bearer ${stack.env['STRIPE_SECRET_KEY']}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    ...(method === 'POST' && { body: new URLSearchParams(form).toString() }),
  });
  if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
  return (await response.json()) as T;
}

interface Subscriber {
  owner: Owner;
  clock: string;
  customer: string;
}

/** An account whose customer's time a test moves. */
async function subscriber(now = new Date()): Promise<Subscriber> {
  const owner = await stack.account();
  const frozen = Math.floor(now.getTime() / 1_000);
  const clock = await api('POST', 'test_helpers/test_clocks', { frozen_time: String(frozen) });
  const customer = await api('POST', 'customers', {
    test_clock: clock.id,
    'metadata[modelbridge_account]': owner.accountId,
  });
  await stack.billing.database.execute(
    'INSERT INTO stripe_customer (customer_id, account_id) VALUES ($1, $2)',
    [customer.id, uuidOf('account', owner.accountId)],
  );
  await stack.client.setPlan({ accountId: owner.accountId, plan: 'free' });
  return { owner, clock: clock.id, customer: customer.id };
}

async function subscribe({ owner }: Subscriber, plan = 'pro', number = '4242424242424242') {
  const { sessionId } = await stack.client.createPlanCheckout({
    accountId: owner.accountId,
    plan,
    idempotencyKey: newId('transaction'),
  });
  await stack.stripe('POST', `checkout/${sessionId}/pay`, { number });
}

const planOf = async ({ owner: { accountId } }: Subscriber) =>
  (await stack.client.getAccountPlan({ accountId })).accountPlan;
const granted = async ({ owner: { accountId } }: Subscriber) =>
  (await stack.client.getCredits({ accountId })).grantedNanoUsd;
const change = ({ owner: { accountId } }: Subscriber, plan: string) =>
  stack.client.changePlan({ accountId, plan });

/** From now on the subscription's card is one that the bank refuses; the subscription's id. */
async function withFailingCard(
  { customer }: Subscriber,
  method = 'pm_card_chargeCustomerFail',
): Promise<string> {
  const { data } = await api<{ data: { id: string }[] }>(
    'GET',
    `subscriptions?customer=${customer}`,
  );
  const subscription = data[0]?.id ?? '';
  const card = await api('POST', `payment_methods/${method}/attach`, { customer });
  await api('POST', `subscriptions/${subscription}`, { default_payment_method: card.id });
  return subscription;
}

const advance = async (who: Subscriber, to: number): Promise<void> => {
  await stack.stripe('POST', `clocks/${who.clock}/advance`, { to });
  stack.billing.clock.set(new Date(to * 1_000));
};

/** Ends the period that runs, there and here. */
async function endPeriod(who: Subscriber): Promise<void> {
  const endsAt = (await planOf(who))?.periodEndsAt ?? new Date();
  await advance(who, Math.floor(endsAt.getTime() / 1_000) + 2 * 3_600);
}

/** Cents that plans have brought in, refunds of them taken off. */
async function planRevenueCents(): Promise<bigint> {
  const [row] = await stack.billing.database.query<{ cents: bigint }>(
    `SELECT ((credits_nano_usd - debits_nano_usd) / 10000000)::int8 AS cents FROM ledger_account WHERE kind = 'plan_revenue'`,
  );
  return row?.cents ?? 0n;
}

describe('a plan that is paid by the month', () => {
  it('is revenue and no balance, from which its refunds are taken', async () => {
    const who = await subscriber();
    const before = await planRevenueCents();
    await subscribe(who);
    await eventually(async () => expect(await planRevenueCents()).toBe(before + 2_000n));
    expect(await stack.balance(who.owner)).toBe(0n);
    const { data } = await api<{ data: { id: string }[] }>(
      'GET',
      `payment_intents?customer=${who.customer}`,
    );
    const refunded = await stack.client.refundPayment({
      paymentIntentId: data[0]?.id ?? '',
      amountNanoUsd: 5n * usd,
      idempotencyKey: newId('transaction'),
    });
    expect(refunded.amountNanoUsd).toBe(5n * usd);
    await eventually(async () => expect(await planRevenueCents()).toBe(before + 1_500n));
    expect(await stack.balance(who.owner)).toBe(0n);
    const { checks } = await stack.client.checkInvariants({ full: true });
    expect(checks.flatMap(({ examples }) => examples)).toEqual([]);
  });

  it('is had once it is paid, with all of its credit, and renewed with each period that is paid', async () => {
    const who = await subscriber();
    await subscribe(who);
    await eventually(async () => expect((await planOf(who))?.plan?.name).toBe('pro'));
    expect(await granted(who)).toBe(20n * usd);
    const first = await planOf(who);
    await endPeriod(who);
    await eventually(async () => {
      const plan = await planOf(who);
      expect(plan?.periodStartsAt).toEqual(first?.periodEndsAt);
      expect(plan?.plan?.name).toBe('pro');
    });
    // What was left of the first period has expired.
    expect(await granted(who)).toBe(20n * usd);
  });

  it('is larger at once, for the difference, and smaller when its period ends', async () => {
    const who = await subscriber();
    await subscribe(who);
    await eventually(async () => expect((await planOf(who))?.plan?.name).toBe('pro'));
    const { accountId } = who.owner;
    const preview = await stack.client.previewPlanChange({ accountId, plan: 'team' });
    expect(preview.dueCents).toBeGreaterThan(7_900);
    expect(preview.dueCents).toBeLessThanOrEqual(8_000);
    expect((await change(who, 'team')).accountPlan).toMatchObject({ plan: { name: 'team' } });
    expect(await granted(who)).toBeGreaterThan(99n * usd);
    expect(await granted(who)).toBeLessThanOrEqual(100n * usd);

    const smaller = await change(who, 'pro');
    expect(smaller.accountPlan).toMatchObject({
      plan: { name: 'team' },
      nextPlan: { name: 'pro' },
    });
    await endPeriod(who);
    await eventually(async () => expect((await planOf(who))?.plan?.name).toBe('pro'));
    expect((await planOf(who))?.nextPlan).toBeUndefined();
    expect(await granted(who)).toBe(20n * usd);
  });

  it('is free once its period has ended, where that is what was asked for', async () => {
    const who = await subscriber();
    await subscribe(who);
    await eventually(async () => expect((await planOf(who))?.plan?.name).toBe('pro'));
    expect((await change(who, 'free')).accountPlan).toMatchObject({ nextPlan: { name: 'free' } });
    expect((await change(who, 'pro')).accountPlan?.nextPlan).toBeUndefined();
    await change(who, 'free');
    await endPeriod(who);
    await eventually(async () => expect((await planOf(who))?.plan?.name).toBe('free'));
    expect(await granted(who)).toBe(0n);
  });

  it('is kept without new credit while a period is not paid, and free once that is given up', async () => {
    const who = await subscriber();
    await subscribe(who);
    await eventually(async () => expect((await planOf(who))?.plan?.name).toBe('pro'));
    const paid = await planOf(who);
    const subscription = await withFailingCard(who);
    await endPeriod(who);
    await eventually(async () => {
      const [row] = await stack.billing.database.query<{ status: string }>(
        'SELECT status FROM subscription WHERE subscription_id = $1',
        [subscription],
      );
      expect(row?.status).toBe('past_due');
    });
    expect(await planOf(who)).toMatchObject({
      plan: { name: 'pro' },
      periodEndsAt: paid?.periodEndsAt,
    });
    expect(await granted(who)).toBe(0n);
    // Stripe tries again, and tells it again.
    await advance(who, Math.floor((paid?.periodEndsAt?.getTime() ?? 0) / 1_000) + 4 * 24 * 3_600);
    await stack.repeat('invoice.payment_failed');
    const failed = { kind: 'payment_failed', cents: 2_000, reason: 'card_declined' };
    await eventually(async () =>
      expect((await stack.notices(who.owner)).filter(({ reason }) => reason !== null)).toEqual([
        failed,
      ]),
    );
    await api('DELETE', `subscriptions/${subscription}`);
    await eventually(async () => expect((await planOf(who))?.plan?.name).toBe('free'));
    // They may subscribe again.
    await subscribe(who);
    await eventually(async () => expect((await planOf(who))?.plan?.name).toBe('pro'));
  });

  it.each([
    ['pm_card_chargeCustomerFail', 'the card was declined'],
    ['pm_card_authenticationRequired', 'the bank wants you to approve'],
  ])('stays as it is where %s cannot pay for a larger one', async (method, problem) => {
    const who = await subscriber();
    await subscribe(who);
    await eventually(async () => expect((await planOf(who))?.plan?.name).toBe('pro'));
    await withFailingCard(who, method);
    for (let time = 0; time < 2; time += 1) {
      const refused = await change(who, 'team').catch(rpcErrorFrom);
      expect(refused).toMatchObject({
        code: 'failed_precondition',
        field: 'plan',
        message: expect.stringContaining(problem),
      });
    }
    expect(await planOf(who)).toMatchObject({ plan: { name: 'pro' }, nextPlan: undefined });
    expect(await granted(who)).toBe(20n * usd);
    const { data } = await api<{ data: { status: string }[] }>(
      'GET',
      `invoices?customer=${who.customer}&status=open`,
    );
    // What can be paid is one change, however often it was tried.
    expect(data).toHaveLength(method === 'pm_card_authenticationRequired' ? 1 : 0);
    // What waits or was given up does not hide that the period is paid.
    expect((await change(who, 'free')).accountPlan).toMatchObject({ nextPlan: { name: 'free' } });
  });

  it('has a month from the day on which it began, and ends on the last of a shorter month', async () => {
    stack.billing.clock.set('2027-01-31T12:00:00Z');
    const who = await subscriber(new Date('2027-01-31T12:00:00Z'));
    await subscribe(who);
    for (const [startsAt, endsAt] of [
      ['2027-01-31T12:00:00Z', '2027-02-28T12:00:00Z'],
      ['2027-02-28T12:00:00Z', '2027-03-31T12:00:00Z'],
      ['2027-03-31T12:00:00Z', '2027-04-30T12:00:00Z'],
    ]) {
      await eventually(async () =>
        expect(await planOf(who)).toMatchObject({
          plan: { name: 'pro' },
          periodStartsAt: new Date(startsAt ?? ''),
          periodEndsAt: new Date(endsAt ?? ''),
        }),
      );
      expect(await granted(who)).toBe(20n * usd);
      await endPeriod(who);
    }
  });

  it('is as the latest reading has it, whichever is written last', async () => {
    const who = await subscriber();
    await subscribe(who);
    await eventually(async () => expect((await planOf(who))?.plan?.name).toBe('pro'));
    const subscriptions = stack.billing.part(SubscriptionsService);
    const { data } = await api<{ data: { id: string }[] }>(
      'GET',
      `subscriptions?customer=${who.customer}`,
    );
    const id = data[0]?.id ?? '';
    const early = await subscriptions.read(id);
    await stack.webhooks({ drop: true });
    await api('POST', `subscriptions/${id}`, { cancel_at_period_end: 'true' });
    const late = await subscriptions.read(id);
    for (const reading of [late, early]) {
      await stack.billing.database.transaction((tx) => subscriptions.settle(tx, reading));
    }
    expect((await planOf(who))?.nextPlan?.name).toBe('free');
    await stack.webhooks();
  });

  it('cannot be set by operators beside its subscription, nor be bought twice', async () => {
    const who = await subscriber();
    await subscribe(who);
    await eventually(async () => expect((await planOf(who))?.plan?.name).toBe('pro'));
    const { accountId } = who.owner;
    const refused = await Promise.all([
      stack.client.setPlan({ accountId, plan: 'team' }).catch(rpcErrorFrom),
      stack.client
        .createPlanCheckout({ accountId, plan: 'team', idempotencyKey: 'again' })
        .catch(rpcErrorFrom),
    ]);
    for (const error of refused) {
      expect(error).toMatchObject({ code: 'failed_precondition', field: 'account_id' });
    }
  });

  it.each(['free', 'enterprise', ''])('%s is none to subscribe to', async (plan) => {
    const { owner } = await subscriber();
    const { accountId } = owner;
    const asked = { accountId, plan, idempotencyKey: 'a key' };
    expect(await stack.client.createPlanCheckout(asked).catch(rpcErrorFrom)).toMatchObject({
      code: 'invalid_argument',
      field: 'plan',
    });
  });
});
