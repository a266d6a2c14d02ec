import { newId, uuidOf } from '@modelbridge/contracts';
import {
  authUserDeleted,
  retentionErasureRequested,
  teamsTeamDeleted,
} from '@modelbridge/contracts/events';
import { rpcErrorFrom } from '@modelbridge/service-kit/grpc';
import { outsideMessaging, type OutsideMessaging } from '@modelbridge/service-kit/testing';
import { eventually } from '@modelbridge/testing-kit';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { AccountClosing } from '../../apps/billing/src/account-closing/account-closing.service.js';
import { PaymentStack, usd } from './payments/payment-stack.js';
import { Subscribers, type Subscriber } from './payments/subscribers.js';

let stack: PaymentStack;
let people: Subscribers;
let outside: OutsideMessaging;
beforeAll(async () => {
  stack = await PaymentStack.start();
  people = new Subscribers(stack);
  outside = outsideMessaging(stack.billing.service.nats?.url ?? '');
});
afterEach(() => stack.webhooks());
afterAll(async () => {
  await outside.close();
  await stack.close();
});

const deleted = ({ owner: { userId, accountId } }: Subscriber) =>
  outside.messaging.publish(authUserDeleted, { userId, accountId }, { id: newId('user') });

/** Nothing of the account is left to end. */
const settled = ({ owner: { accountId } }: Subscriber) =>
  eventually(async () => {
    const rows = await stack.billing.database.query(
      'SELECT FROM closed_account WHERE account_id = $1 AND settled_at IS NOT NULL',
      [uuidOf('account', accountId)],
    );
    expect(rows).toHaveLength(1);
  });

const statusOf = async (subscription: string) =>
  (await people.api<{ status: string }>('GET', `subscriptions/${subscription}`)).status;

async function unassigned(paymentIntentId: string) {
  const { payments } = await stack.client.listUnassignedPayments({});
  return payments.find((payment) => payment.paymentIntentId === paymentIntentId);
}

describe('an account whose person is gone', () => {
  it('pays nothing more: subscription, pages and auto-recharge end, and none begins', async () => {
    const who = await people.one();
    const { accountId } = who.owner;
    await people.subscribe(who);
    await eventually(async () => expect((await people.planOf(who))?.plan?.name).toBe('pro'));
    const subscription = await people.subscriptionOf(who);
    await stack.pay(who.owner, 10n, { saveCard: true });
    const recharge = {
      accountId,
      enabled: true,
      belowNanoUsd: 5n * usd,
      amountNanoUsd: 20n * usd,
      dailyCapNanoUsd: 40n * usd,
    };
    await eventually(() => stack.client.setAutoRecharge(recharge));
    const topUp = { accountId, amountNanoUsd: 10n * usd, saveCard: false };
    const page = await stack.client.createTopUp({ ...topUp, idempotencyKey: 'before' });

    await deleted(who);
    await settled(who);
    expect(await statusOf(subscription)).toBe('canceled');
    expect((await people.planOf(who))?.plan?.name).toBe('free');
    const { autoRecharge } = await stack.client.getAutoRecharge({ accountId });
    expect(autoRecharge?.enabled).toBe(false);
    const paid = stack.stripe('POST', `checkout/${page.sessionId}/pay`, {});
    await expect(paid).rejects.toThrow(/expired/);
    for (const call of [
      () => stack.client.createTopUp({ ...topUp, idempotencyKey: 'after' }),
      () => people.open(who),
      () => people.change(who, 'team'),
      () => stack.client.createPortalSession({ accountId }),
      () => stack.client.setAutoRecharge(recharge),
    ]) {
      expect(await call().catch(rpcErrorFrom)).toMatchObject({
        code: 'failed_precondition',
        field: 'account_id',
        message: expect.stringContaining('closed'),
      });
    }
    // What was paid in before stays, and is told to whoever asks.
    expect(await stack.balance(who.owner)).toBe(10n * usd);
  });

  it('keeps what was paid meanwhile for an operator, who gives it back', async () => {
    const who = await people.one();
    await stack.webhooks({ hold: true });
    const intentId = await stack.pay(who.owner, 10n);
    await deleted(who);
    await settled(who);
    await stack.webhooks();
    await eventually(async () =>
      expect(await unassigned(intentId)).toMatchObject({
        reason: 'account_closed',
        currency: 'usd',
        amountCents: 1_000n,
        leftCents: 1_000n,
      }),
    );
    expect(await stack.balance(who.owner)).toBe(0n);
    const refund = { paymentIntentId: intentId, idempotencyKey: intentId };
    expect(await stack.client.refundPayment(refund)).toMatchObject({ amountNanoUsd: 10n * usd });
    await eventually(async () => expect(await unassigned(intentId)).toBeUndefined());
    const { checks } = await stack.client.checkInvariants({ full: true });
    expect(checks.flatMap(({ examples }) => examples)).toEqual([]);
  });

  it('has a subscription ended that was paid meanwhile and is told of later', async () => {
    const who = await people.one();
    await deleted(who);
    await settled(who);
    await stack.webhooks({ hold: true });
    // As on a page that was made while the account was closed.
    const price = await people.api<{ data: { id: string }[] }>(
      'GET',
      'prices?lookup_keys[]=plan_pro_v1',
    );
    const session = await people.api('POST', 'checkout/sessions', {
      mode: 'subscription',
      customer: who.customer,
      'line_items[0][price]': price.data[0]?.id ?? '',
      'line_items[0][quantity]': '1',
      'subscription_data[metadata][modelbridge_account]': who.owner.accountId,
      success_url: 'http://127.0.0.1/done',
    });
    await stack.stripe('POST', `checkout/${session.id}/pay`, {});
    const subscription = await people.subscriptionOf(who);
    await stack.webhooks();
    await eventually(async () => expect(await statusOf(subscription)).toBe('canceled'));
    await settled(who);
    expect((await people.planOf(who))?.plan?.name).toBe('free');
    expect(await people.granted(who)).toBe(0n);
    const path = `payment_intents?customer=${who.customer}`;
    const { data } = await people.api<{ data: { id: string }[] }>('GET', path);
    await eventually(async () =>
      expect(await unassigned(data[0]?.id ?? '')).toMatchObject({ reason: 'account_closed' }),
    );
  });

  it('is closed though Stripe does not answer at first, and though billing hears of its end first', async () => {
    const who = await people.one();
    await people.subscribe(who);
    await eventually(async () => expect((await people.planOf(who))?.plan?.name).toBe('pro'));
    const subscription = await people.subscriptionOf(who);
    await stack.stripe('PUT', 'api', { refuse: { count: 3, status: 500 } });
    await deleted(who);
    await eventually(async () => {
      await stack.billing.database.execute(
        'UPDATE closed_account SET due_at = now() WHERE settled_at IS NULL',
      );
      expect(await statusOf(subscription)).toBe('canceled');
    });
    const unknown = { userId: newId('user'), accountId: newId('account') };
    await stack.billing.part(AccountClosing).close(uuidOf('account', unknown.accountId));
    await stack.client.createAccount({
      accountId: unknown.accountId,
      ownerUserId: unknown.userId,
      plan: '',
    });
    const topUp = { accountId: unknown.accountId, amountNanoUsd: 10n * usd, saveCard: false };
    expect(
      await stack.client.createTopUp({ ...topUp, idempotencyKey: 'a' }).catch(rpcErrorFrom),
    ).toMatchObject({ code: 'failed_precondition' });
  });
});

it('an account that is closed and erased at once is both, in any order of what comes', async () => {
  const who = await people.one();
  const { owner, customer } = who;
  await people.subscribe(who);
  await eventually(async () => expect((await people.planOf(who))?.plan?.name).toBe('pro'));
  const subscription = await people.subscriptionOf(who);
  await stack.pay(owner, 10n, { saveCard: true });
  const { accountId } = owner;
  const topUp = { accountId, amountNanoUsd: 10n * usd, saveCard: false, idempotencyKey: 'open' };
  const page = await stack.client.createTopUp(topUp);
  const erasureId = newId('erasure');
  const pseudonym = { userId: newId('user'), keyId: newId('key') };
  const asked = { erasureId, ...owner, pseudonym };
  await Promise.all([
    outside.messaging.publish(retentionErasureRequested, asked, { id: erasureId }),
    deleted(who),
  ]);
  await settled(who);
  await eventually(async () => {
    // What has to end first is tried again after a while.
    await stack.billing.database.execute(
      'UPDATE erased_person SET due_at = now() WHERE finished_at IS NULL',
    );
    const rows = await stack.billing.database.query(
      'SELECT FROM erased_person WHERE erasure_id = $1 AND finished_at IS NOT NULL',
      [uuidOf('erasure', erasureId)],
    );
    expect(rows).toHaveLength(1);
  });
  // Closed again, as a message that comes twice does.
  await deleted(who);
  await settled(who);
  const paid = stack.stripe('POST', `checkout/${page.sessionId}/pay`, {});
  await expect(paid).rejects.toThrow();
  expect(await people.api('GET', `customers/${customer}`)).toMatchObject({ deleted: true });
  expect(await statusOf(subscription)).toBe('canceled');
  for (const table of ['notice', 'stripe_card', 'top_up', 'auto_recharge']) {
    const rows = await stack.billing.database.query(`SELECT FROM ${table} WHERE account_id = $1`, [
      uuidOf('account', accountId),
    ]);
    expect([table, rows]).toEqual([table, []]);
  }
  const { checks } = await stack.client.checkInvariants({ full: true });
  expect(checks.flatMap(({ examples }) => examples)).toEqual([]);
});

it('a team that is deleted pays nothing more', async () => {
  const who = await people.one();
  await people.subscribe(who);
  await eventually(async () => expect((await people.planOf(who))?.plan?.name).toBe('pro'));
  const subscription = await people.subscriptionOf(who);
  const { accountId } = who.owner;
  const id = newId('team');
  await outside.messaging.publish(teamsTeamDeleted, { teamId: id, accountId }, { id });
  await settled(who);
  expect(await statusOf(subscription)).toBe('canceled');
});

it('a balance that is left in a closed account is listed until it is given back', async () => {
  const [who, other] = [await people.one(), await people.one()];
  const { accountId } = who.owner;
  const listed = async () => {
    const { accounts } = await stack.client.listClosedBalances({ afterAccountId: '' });
    return accounts.filter((account) =>
      [accountId, other.owner.accountId].includes(account.accountId),
    );
  };
  const paymentIntentId = await stack.pay(who.owner, 10n);
  await stack.pay(other.owner, 10n);
  await eventually(async () => expect(await stack.balance(who.owner)).toBe(10n * usd));
  expect(await listed()).toEqual([]);
  await deleted(who);
  await settled(who);
  expect(await listed()).toEqual([
    expect.objectContaining({
      ...{ accountId, balanceNanoUsd: 10n * usd, debtNanoUsd: 0n, disputedNanoUsd: 0n },
      ...{ closedAt: expect.any(Date), erasedAt: undefined },
    }),
  ]);
  expect((await stack.client.listClosedBalances({ afterAccountId: accountId })).hasMore).toBe(
    false,
  );
  await stack.client.refundPayment({ paymentIntentId, idempotencyKey: accountId });
  expect(await listed()).toEqual([]);
});
