import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { uuidOf } from '@modelbridge/contracts';
import { RechargeState } from '@modelbridge/contracts/billing.v1';
import { rpcErrorFrom } from '@modelbridge/service-kit/grpc';
import { eventually } from '@modelbridge/testing-kit';
import { RechargesService } from '../../apps/billing/src/auto-recharge/recharges.service.js';
import { RunningBilling } from '../../apps/billing/src/testing/running-billing.js';
import type { Owner } from '../../apps/billing/src/testing/samples.js';
import { PaymentStack, usd } from './payments/payment-stack.js';

let stack: PaymentStack;
let replica: RunningBilling;
beforeAll(async () => {
  stack = await PaymentStack.start();
  replica = await RunningBilling.start(stack.billing, stack.env);
});
afterAll(async () => {
  await replica.close();
  await stack.close();
});
beforeEach(() => {
  for (const { clock } of [stack.billing, replica]) clock.set('2026-03-14T12:00:00Z');
});
afterEach(async () => {
  await stack.webhooks();
  await stack.stripe('PUT', 'api', {});
});

const set = ({ accountId }: Owner, values: object = {}) =>
  stack.client.setAutoRecharge({
    accountId,
    enabled: true,
    belowNanoUsd: 5n * usd,
    amountNanoUsd: 20n * usd,
    dailyCapNanoUsd: 40n * usd,
    ...values,
  });

async function read({ accountId }: Owner) {
  const { autoRecharge } = await stack.client.getAutoRecharge({ accountId });
  return autoRecharge;
}

/** An account that has paid 10 USD with a card that is kept, and has auto-recharge on. */
async function withCard(): Promise<Owner> {
  const owner = await stack.account();
  await stack.pay(owner, 10n, { saveCard: true });
  await eventually(async () => expect((await read(owner))?.cardLast4).not.toBe(''));
  await set(owner);
  return owner;
}

/** Spends so much, and lets every replica look. */
async function spend(owner: Owner, dollars: bigint): Promise<void> {
  await stack.billing.charge(owner, null, dollars * usd);
  await look();
}

/** Puts a card in the place of the saved one: Stripe's that fail later cannot pay a top-up, with which they are saved. */
async function replaceCard(owner: Owner, paymentMethodId: string): Promise<void> {
  await stack.billing.database.execute(
    `UPDATE stripe_card SET payment_method_id = $2, saved_at = saved_at + interval '1 millisecond'
     WHERE account_id = $1`,
    [accountUuid(owner), paymentMethodId],
  );
}

const look = () =>
  Promise.all([stack.billing, replica].map((one) => one.part(RechargesService).run()));

const chargesOf = async (owner: Owner) =>
  (await stack.history(owner)).filter(({ kind }) => kind === 'payment').length;

describe('auto-recharge', () => {
  it('needs a card that its holder let us keep', async () => {
    const owner = await stack.account();
    expect(await set(owner).catch(rpcErrorFrom)).toMatchObject({
      code: 'failed_precondition',
      field: 'enabled',
    });
    await stack.pay(owner, 10n);
    await eventually(async () => expect(await stack.balance(owner)).toBe(10n * usd));
    expect(await set(owner).catch(rpcErrorFrom)).toMatchObject({ field: 'enabled' });
  });

  it.each([
    ['amount_nano_usd', { amountNanoUsd: 1n }],
    ['amount_nano_usd', { amountNanoUsd: 20n * usd + 1n }],
    ['below_nano_usd', { belowNanoUsd: 0n }],
    ['daily_cap_nano_usd', { dailyCapNanoUsd: 19n * usd }],
    ['daily_cap_nano_usd', { dailyCapNanoUsd: 20n * usd + 1n }],
  ])('names %s where it is wrong', async (field, values) => {
    const owner = await stack.account();
    expect(await set(owner, values).catch(rpcErrorFrom)).toMatchObject({
      code: 'invalid_argument',
      field,
    });
  });

  it('charges the card once when the balance falls below what is set, however many look', async () => {
    const owner = await withCard();
    await look();
    expect(await stack.balance(owner)).toBe(10n * usd);
    await stack.billing.charge(owner, null, 6n * usd);
    await Promise.all([look(), look(), look()]);
    expect(await stack.balance(owner)).toBe(24n * usd);
    expect(await chargesOf(owner)).toBe(2);
    expect(await read(owner)).toMatchObject({ enabled: true, lastState: RechargeState.PAID });
  });

  it('stops at the cap of the day, and goes on the next day', async () => {
    const owner = await withCard();
    for (const dollars of [6n, 20n, 20n]) await spend(owner, dollars);
    expect(await chargesOf(owner)).toBe(3);
    expect(await stack.balance(owner)).toBe(4n * usd);
    for (const { clock } of [stack.billing, replica]) clock.set('2026-03-15T00:00:00Z');
    await look();
    expect(await stack.balance(owner)).toBe(24n * usd);
  });

  it('pauses longer after each refusal of the bank, and then is switched off', async () => {
    const payer = await withCard();
    await replaceCard(payer, 'pm_card_chargeCustomerFail');
    await spend(payer, 6n);
    expect(await read(payer)).toMatchObject({ enabled: true, lastState: RechargeState.DECLINED });
    await look();
    expect(await attemptsOf(payer)).toBe(1);
    for (const [at, attempts] of [
      ['2026-03-14T13:00:01Z', 2],
      ['2026-03-14T19:00:02Z', 3],
      ['2026-03-15T19:00:03Z', 4],
      ['2026-03-20T00:00:00Z', 4],
    ] as const) {
      for (const { clock } of [stack.billing, replica]) clock.set(at);
      await look();
      expect(await attemptsOf(payer)).toBe(attempts);
    }
    expect(await read(payer)).toMatchObject({ enabled: false, lastCode: 'card_declined' });
    expect(await stack.balance(payer)).toBe(4n * usd);
    const told = (await stack.notices(payer)).filter(({ reason }) => reason !== null);
    expect(told.map(({ kind }) => kind)).toEqual(Array(4).fill('auto_recharge_failed'));
  });

  it('counts the refusals on though Stripe tells again of the payment with which the card was saved', async () => {
    const owner = await withCard();
    await replaceCard(owner, 'pm_card_chargeCustomerFail');
    await spend(owner, 6n);
    expect(await read(owner)).toMatchObject({ lastState: RechargeState.DECLINED });
    const [payment] = await stack.history(owner);
    const event = (await stack.events()).find(
      ({ type, data }) =>
        type === 'payment_intent.succeeded' && data.object.id === payment?.paymentIntentId,
    );
    const over = { id: `evt_again_${payment?.paymentIntentId}` };
    await stack.stripe('POST', 'webhooks/deliver', { events: [event?.id], over });
    const [row] = await stack.billing.database.query<{ failures: number }>(
      'SELECT failures FROM auto_recharge WHERE account_id = $1',
      [accountUuid(owner)],
    );
    expect(row?.failures).toBe(1);
  });

  it('is switched off at once where the bank wants the card’s holder, and on again by them', async () => {
    const owner = await withCard();
    await replaceCard(owner, 'pm_card_authenticationRequired');
    await spend(owner, 6n);
    expect(await read(owner)).toMatchObject({
      enabled: false,
      lastState: RechargeState.NEEDS_ACTION,
      lastCode: 'authentication_required',
    });
    // Stripe tells when a card was saved by the second.
    await delay(1_000);
    await stack.pay(owner, 10n, { saveCard: true });
    await eventually(async () => expect(await stack.balance(owner)).toBe(14n * usd));
    await set(owner);
    await spend(owner, 10n);
    expect(await stack.balance(owner)).toBe(24n * usd);
  });

  it('charges once though answers are lost, webhooks come first and replicas try again', async () => {
    const owner = await withCard();
    await stack.webhooks({ duplicate: true });
    await stack.stripe('PUT', 'api', { loseAnswers: 4 });
    await stack.billing.charge(owner, null, 6n * usd);
    await look();
    await stack.billing.database.execute(
      `UPDATE recharge SET due_at = now() WHERE account_id = $1`,
      [accountUuid(owner)],
    );
    await eventually(async () => {
      await look();
      expect(await stack.balance(owner)).toBe(24n * usd);
    });
    await eventually(async () =>
      expect(await read(owner)).toMatchObject({ lastState: RechargeState.PAID }),
    );
    expect(await chargesOf(owner)).toBe(2);
  });

  it('leaves a frozen account alone', async () => {
    const owner = await withCard();
    const [payment] = await stack.history(owner);
    await stack.stripe('POST', `charges/${payment?.paymentIntentId}/dispute`, {});
    await eventually(async () => expect(await stack.standing(owner)).toEqual({ frozen: true }));
    await look();
    expect(await attemptsOf(owner)).toBe(0);
  });
});

const accountUuid = ({ accountId }: Owner): string => uuidOf('account', accountId);

async function attemptsOf(owner: Owner): Promise<number> {
  const rows = await stack.billing.database.query('SELECT FROM recharge WHERE account_id = $1', [
    accountUuid(owner),
  ]);
  return rows.length;
}
