import { newId, uuidOf } from '@modelbridge/contracts';
import { rpcErrorFrom } from '@modelbridge/service-kit/grpc';
import { eventually } from '@modelbridge/testing-kit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ReconciliationService } from '../../apps/billing/src/reconciliation/reconciliation.service.js';
import { StripeEventsService } from '../../apps/billing/src/stripe-events/stripe-events.service.js';
import { SubscriptionsService } from '../../apps/billing/src/subscriptions/subscriptions.service.js';
import { PaymentStack, usd } from './payments/payment-stack.js';
import { Subscribers } from './payments/subscribers.js';

let stack: PaymentStack;
let people: Subscribers;
beforeAll(async () => {
  stack = await PaymentStack.start();
  people = new Subscribers(stack);
});
beforeEach(() => stack.billing.clock.set(new Date()));
afterAll(() => stack.close());

/** Cents that plans have brought in, refunds of them taken off. */
async function planRevenueCents(): Promise<bigint> {
  const [row] = await stack.billing.database.query<{ cents: bigint }>(
    `SELECT ((credits_nano_usd - debits_nano_usd) / 10000000)::int8 AS cents FROM ledger_account WHERE kind = 'plan_revenue'`,
  );
  return row?.cents ?? 0n;
}

describe('a plan that is paid by the month', () => {
  it('is revenue and no balance, from which its refunds are taken', async () => {
    const who = await people.one();
    const before = await planRevenueCents();
    await people.subscribe(who);
    await eventually(async () => expect(await planRevenueCents()).toBe(before + 2_000n));
    expect(await stack.balance(who.owner)).toBe(0n);
    const { data } = await people.api<{ data: { id: string }[] }>(
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
    expect(await stack.history(who.owner)).toMatchObject([
      { kind: 'plan_refund', amountNanoUsd: -5n * usd },
      { kind: 'plan_payment', amountNanoUsd: 20n * usd, cardBrand: 'visa', cardLast4: '4242' },
    ]);
    const told = [
      { kind: 'payment_received', cents: 2_000 },
      { kind: 'payment_refunded', cents: 500 },
    ];
    expect((await stack.notices(who.owner)).filter(({ cents }) => cents !== null)).toMatchObject(
      told,
    );
    await stack.billing
      .part(ReconciliationService)
      .compareAll()
      .then(({ differences }) => {
        expect(differences).toEqual([]);
      });
    const { checks } = await stack.client.checkInvariants({ full: true });
    expect(checks.flatMap(({ examples }) => examples)).toEqual([]);
  });

  it.each([
    ['won', 0n],
    ['lost', 2_000n],
  ])('whose payment is disputed freezes the account until that is %s', async (outcome, gone) => {
    const who = await people.one();
    const before = await planRevenueCents();
    await people.subscribe(who);
    await eventually(async () => expect(await planRevenueCents()).toBe(before + 2_000n));
    const [payment] = await stack.history(who.owner);
    const intentId = payment?.paymentIntentId ?? '';
    const { id } = await stack.stripe('POST', `charges/${intentId}/dispute`, {});
    await eventually(async () => expect(await stack.standing(who.owner)).toEqual({ frozen: true }));
    expect(await planRevenueCents()).toBe(before);
    await stack.stripe('POST', `disputes/${id}/close`, { outcome });
    await eventually(async () =>
      expect(await stack.standing(who.owner)).toEqual({ frozen: false }),
    );
    expect(await planRevenueCents()).toBe(before + 2_000n - gone);
    expect(await stack.balance(who.owner)).toBe(0n);
    expect((await people.planOf(who))?.plan?.name).toBe('pro');
    const { checks } = await stack.client.checkInvariants({ full: true });
    expect(checks.flatMap(({ examples }) => examples)).toEqual([]);
  });

  it('is ended at once by an operator, at Stripe too', async () => {
    const who = await people.one();
    const { accountId } = who.owner;
    expect(await stack.client.getSubscription({ accountId }).catch(rpcErrorFrom)).toMatchObject({
      code: 'not_found',
      field: 'account_id',
    });
    await people.subscribe(who);
    await eventually(async () => expect((await people.planOf(who))?.plan?.name).toBe('pro'));
    const { subscription } = await stack.client.getSubscription({ accountId });
    expect(subscription).toMatchObject({ status: 'active', plan: 'pro', hasEnded: false });
    for (let time = 0; time < 2; time += 1) {
      const ended = await stack.client.cancelSubscription({ accountId });
      expect(ended.subscription).toMatchObject({ status: 'canceled', hasEnded: true });
    }
    expect((await people.planOf(who))?.plan?.name).toBe('free');
    const there = await people.api<{ status: string }>(
      'GET',
      `subscriptions/${subscription?.subscriptionId}`,
    );
    expect(there.status).toBe('canceled');
  });

  it('is had once it is paid, with all of its credit, and renewed with each period that is paid', async () => {
    const who = await people.one();
    await people.subscribe(who);
    await eventually(async () => expect((await people.planOf(who))?.plan?.name).toBe('pro'));
    expect(await people.granted(who)).toBe(20n * usd);
    const first = await people.planOf(who);
    await people.endPeriod(who);
    await eventually(async () => {
      const plan = await people.planOf(who);
      expect(plan?.periodStartsAt).toEqual(first?.periodEndsAt);
      expect(plan?.plan?.name).toBe('pro');
    });
    // What was left of the first period has expired.
    expect(await people.granted(who)).toBe(20n * usd);
  });

  it('is larger at once, for the difference, and smaller when its period ends', async () => {
    const who = await people.one();
    await people.subscribe(who);
    await eventually(async () => expect((await people.planOf(who))?.plan?.name).toBe('pro'));
    const { accountId } = who.owner;
    const preview = await stack.client.previewPlanChange({ accountId, plan: 'team' });
    expect(preview.dueCents).toBeGreaterThan(7_900);
    expect(preview.dueCents).toBeLessThanOrEqual(8_000);
    expect((await people.change(who, 'team')).accountPlan).toMatchObject({
      plan: { name: 'team' },
    });
    expect(await people.granted(who)).toBeGreaterThan(99n * usd);
    expect(await people.granted(who)).toBeLessThanOrEqual(100n * usd);

    const smaller = await people.change(who, 'pro');
    expect(smaller.accountPlan).toMatchObject({
      plan: { name: 'team' },
      nextPlan: { name: 'pro' },
    });
    await people.endPeriod(who);
    await eventually(async () => expect((await people.planOf(who))?.plan?.name).toBe('pro'));
    expect((await people.planOf(who))?.nextPlan).toBeUndefined();
    expect(await people.granted(who)).toBe(20n * usd);
  });

  it('is free once its period has ended, where that is what was asked for', async () => {
    const who = await people.one();
    await people.subscribe(who);
    await eventually(async () => expect((await people.planOf(who))?.plan?.name).toBe('pro'));
    expect((await people.change(who, 'free')).accountPlan).toMatchObject({
      nextPlan: { name: 'free' },
    });
    expect((await people.change(who, 'pro')).accountPlan?.nextPlan).toBeUndefined();
    await people.change(who, 'free');
    await people.endPeriod(who);
    await eventually(async () => expect((await people.planOf(who))?.plan?.name).toBe('free'));
    expect(await people.granted(who)).toBe(0n);
  });

  it('is kept without new credit while a period is not paid, and free once that is given up', async () => {
    const who = await people.one();
    await people.subscribe(who);
    await eventually(async () => expect((await people.planOf(who))?.plan?.name).toBe('pro'));
    const paid = await people.planOf(who);
    const subscription = await people.withFailingCard(who);
    await people.endPeriod(who);
    await eventually(async () => {
      const [row] = await stack.billing.database.query<{ status: string }>(
        'SELECT status FROM subscription WHERE subscription_id = $1',
        [subscription],
      );
      expect(row?.status).toBe('past_due');
    });
    expect(await people.planOf(who)).toMatchObject({
      plan: { name: 'pro' },
      periodEndsAt: paid?.periodEndsAt,
    });
    expect(await people.granted(who)).toBe(0n);
    // Stripe tries again, and tells it again.
    await people.advance(
      who,
      Math.floor((paid?.periodEndsAt?.getTime() ?? 0) / 1_000) + 4 * 24 * 3_600,
    );
    await stack.repeat('invoice.payment_failed');
    const failed = { kind: 'payment_failed', cents: 2_000, reason: 'card_declined' };
    await eventually(async () =>
      expect((await stack.notices(who.owner)).filter(({ reason }) => reason !== null)).toEqual([
        failed,
      ]),
    );
    await people.api('DELETE', `subscriptions/${subscription}`);
    await eventually(async () => expect((await people.planOf(who))?.plan?.name).toBe('free'));
    // They may subscribe again.
    await people.subscribe(who);
    await eventually(async () => expect((await people.planOf(who))?.plan?.name).toBe('pro'));
  });

  it.each([
    ['pm_card_chargeCustomerFail', 'the card was declined'],
    ['pm_card_authenticationRequired', 'the bank wants you to approve'],
  ])('stays as it is where %s cannot pay for a larger one', async (method, problem) => {
    const who = await people.one();
    await people.subscribe(who);
    await eventually(async () => expect((await people.planOf(who))?.plan?.name).toBe('pro'));
    await people.withFailingCard(who, method);
    for (let time = 0; time < 2; time += 1) {
      const refused = await people.change(who, 'team').catch(rpcErrorFrom);
      expect(refused).toMatchObject({
        code: 'failed_precondition',
        field: 'plan',
        message: expect.stringContaining(problem),
      });
    }
    expect(await people.planOf(who)).toMatchObject({ plan: { name: 'pro' }, nextPlan: undefined });
    expect(await people.granted(who)).toBe(20n * usd);
    const { data } = await people.api<{ data: { status: string }[] }>(
      'GET',
      `invoices?customer=${who.customer}&status=open`,
    );
    // What can be paid is one change, however often it was tried.
    expect(data).toHaveLength(method === 'pm_card_authenticationRequired' ? 1 : 0);
    // What waits or was given up does not hide that the period is paid.
    expect((await people.change(who, 'free')).accountPlan).toMatchObject({
      nextPlan: { name: 'free' },
    });
  });

  it('has a month from the day on which it began, and ends on the last of a shorter month', async () => {
    stack.billing.clock.set('2027-01-31T12:00:00Z');
    const who = await people.one(new Date('2027-01-31T12:00:00Z'));
    await people.subscribe(who);
    for (const [startsAt, endsAt] of [
      ['2027-01-31T12:00:00Z', '2027-02-28T12:00:00Z'],
      ['2027-02-28T12:00:00Z', '2027-03-31T12:00:00Z'],
      ['2027-03-31T12:00:00Z', '2027-04-30T12:00:00Z'],
    ]) {
      await eventually(async () =>
        expect(await people.planOf(who)).toMatchObject({
          plan: { name: 'pro' },
          periodStartsAt: new Date(startsAt ?? ''),
          periodEndsAt: new Date(endsAt ?? ''),
        }),
      );
      expect(await people.granted(who)).toBe(20n * usd);
      await people.endPeriod(who);
    }
  });

  it('is as the latest reading has it, whichever is written last', async () => {
    const who = await people.one();
    await people.subscribe(who);
    await eventually(async () => expect((await people.planOf(who))?.plan?.name).toBe('pro'));
    const subscriptions = stack.billing.part(SubscriptionsService);
    const id = await people.subscriptionOf(who);
    const early = await subscriptions.read(id);
    await stack.webhooks({ drop: true });
    await people.api('POST', `subscriptions/${id}`, { cancel_at_period_end: 'true' });
    const late = await subscriptions.read(id);
    for (const reading of [late, early]) {
      await stack.billing.database.transaction((tx) => subscriptions.settle(tx, reading));
    }
    expect((await people.planOf(who))?.nextPlan?.name).toBe('free');
    await stack.webhooks();
  });

  it('cannot be set by operators beside its subscription, nor be bought twice', async () => {
    const who = await people.one();
    await people.subscribe(who);
    await eventually(async () => expect((await people.planOf(who))?.plan?.name).toBe('pro'));
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

  it('that is bought on two pages at once is had once: the second ends, and what was paid for it goes back', async () => {
    const who = await people.one();
    const before = await planRevenueCents();
    const [first, second] = [await people.open(who, 'pro'), await people.open(who, 'team')];
    await stack.stripe('POST', `checkout/${first}/pay`, {});
    await stack.stripe('POST', `checkout/${second}/pay`, {});
    const path = `subscriptions?customer=${who.customer}&status=all`;
    await eventually(async () => {
      const { data } = await people.api<{ data: { status: string }[] }>('GET', path);
      expect(data.map(({ status }) => status).sort()).toEqual(['active', 'canceled']);
      expect(await stack.billing.part(StripeEventsService).pending()).toEqual([]);
      const history = await stack.history(who.owner);
      expect(history.map(({ kind }) => kind).sort()).toEqual([
        ...['plan_payment', 'plan_payment', 'plan_refund'],
      ]);
    });
    const { data } = await people.api<{ data: { id: string }[] }>(
      'GET',
      `subscriptions?customer=${who.customer}`,
    );
    const { accountId } = who.owner;
    const { subscription } = await stack.client.getSubscription({ accountId });
    expect(subscription).toMatchObject({ subscriptionId: data[0]?.id, hasEnded: false });
    expect((await people.planOf(who))?.plan?.name).toBe(subscription?.plan);
    const [cents, credit] =
      subscription?.plan === 'pro' ? [2_000n, 20n * usd] : [10_000n, 100n * usd];
    expect(await planRevenueCents()).toBe(before + cents);
    expect(await people.granted(who)).toBe(credit);
    const audited = await stack.billing.database.query(
      `SELECT FROM second_subscription s JOIN subscription USING (subscription_id) WHERE ended AND account_id = $1`,
      [uuidOf('account', accountId)],
    );
    expect(audited).toHaveLength(1);
    // What is paid for the next month is had, and is not given back.
    await people.endPeriod(who);
    await eventually(async () => expect(await stack.history(who.owner)).toHaveLength(4));
    await eventually(async () => expect(await people.granted(who)).toBe(credit));
    expect(await planRevenueCents()).toBe(before + 2n * cents);
  });

  it.each(['free', 'enterprise', ''])('%s is none to subscribe to', async (plan) => {
    const { owner } = await people.one();
    const { accountId } = owner;
    const asked = { accountId, plan, idempotencyKey: 'a key' };
    expect(await stack.client.createPlanCheckout(asked).catch(rpcErrorFrom)).toMatchObject({
      code: 'invalid_argument',
      field: 'plan',
    });
  });
});
