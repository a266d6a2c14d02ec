import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@modelbridge/testing-kit';
import type { Stripe } from 'stripe';
import { StripeApp } from '../testing/stripe-app.js';

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sandbox-'));
});
afterAll(() => rm(directory, { recursive: true }));

const start = (name: string): Promise<StripeApp> =>
  StripeApp.start({ SANDBOX_STATE_DIR: join(directory, name) });

/** The payment of this amount that was made, whoever was told of it. */
async function paidIntent(app: StripeApp, amount: number): Promise<string> {
  const { events } = await app.control<{ events: Stripe.Event[] }>('GET', 'events');
  const intents = events
    .filter(({ type }) => type === 'payment_intent.succeeded')
    .map(({ data }) => data.object as Stripe.PaymentIntent);
  const found = intents.find((intent) => intent.amount === amount);
  if (found === undefined) throw new Error(`nothing of ${amount} was paid`);
  return found.id;
}

describe('a sandbox with a state', () => {
  it('knows after a restart all that it knew, and tells what was not taken', async () => {
    const first = await start('kept');
    const payer = await first.customerWith('authenticationRequiredOnSetup');
    const card = await first.customerWith('visa');
    const options = { idempotencyKey: 'before the restart' };
    const paid = await first.recharge(card, {}, options);
    const refund = await first.stripe.refunds.create({ payment_intent: paid.id, amount: 300 });
    const session = await first.topUp({ customer: card.customer });
    await first.control('POST', 'payments', { batch: 'b'.repeat(15), count: 5, from: 0, to: 10 });
    const inBulk = `pi_${'b'.repeat(15)}000000003`;
    await first.stripe.refunds.create({ payment_intent: inBulk, amount: 100 });
    await first.control('PUT', 'webhooks', { hold: true });
    const untold = await first.stripe.customers.create({});
    const { id: account } = await first.stripe.accounts.retrieveCurrent();
    await first.control('PUT', 'api', { latencyMs: 60_000 });
    const untoldKey = { idempotencyKey: 'never answered' };
    first.recharge(card, { amount: 777 }, untoldKey).catch(() => undefined);
    const charged = await eventually(() => paidIntent(first, 777));
    await first.close();

    const second = await start('kept');
    const { stripe } = second;
    expect((await stripe.accounts.retrieveCurrent()).id).toBe(account);
    expect((await second.recharge(card, {}, options)).id).toBe(paid.id);
    expect((await second.recharge(card, { amount: 777 }, untoldKey)).id).toBe(charged);
    expect(await second.recharge(card)).toMatchObject({ status: 'succeeded' });
    await expect(second.recharge(payer)).rejects.toMatchObject({ code: 'authentication_required' });
    expect(await stripe.refunds.retrieve(refund.id)).toMatchObject({ amount: 300 });
    await expect(
      stripe.refunds.create({ payment_intent: paid.id, amount: 701 }),
    ).rejects.toMatchObject({ statusCode: 400 });
    expect((await stripe.balanceTransactions.list({ source: refund.id })).data).toHaveLength(1);
    expect(await stripe.charges.list({ payment_intent: inBulk })).toMatchObject({
      data: [{ amount_refunded: 100 }],
    });
    const other = inBulk.replace(/3$/, '4');
    expect(await stripe.paymentIntents.retrieve(other)).toMatchObject({ amount: 1_000 });
    await second.control('POST', `checkout/${session.id}/pay`);
    const { data } = await stripe.events.list({ type: 'customer.created' });
    expect(data.map((event) => (event.data.object as { id: string }).id)).toContain(untold.id);
    await second.hears('customer.created', untold.id);
    await second.close();
  });

  it('does not begin with a state that it cannot read', async () => {
    const app = await start('broken');
    await app.stripe.customers.create({});
    await app.close();
    const file = join(directory, 'broken', 'stripe.json');
    const stored = await readFile(file, 'utf8');
    for (const bad of [stored.slice(0, -10), stored.replace('"format":1', '"format":2')]) {
      await writeFile(file, bad);
      await expect(start('broken')).rejects.toThrow('no state of format 1');
    }
  });
});

describe('payments in bulk', () => {
  it('are listed and found like others, and take no room', async () => {
    const app = await StripeApp.start();
    const batch = 'q'.repeat(15);
    const from = 1_700_000_000;
    await app.control('POST', 'payments', {
      batch,
      count: 1_000_000,
      from,
      to: from + 1_000_000,
      amounts: 100,
    });
    const created = { gte: from + 500_000, lt: from + 500_250 };
    const all: string[] = [];
    for await (const { id, source, amount, fee } of app.stripe.balanceTransactions.list({
      created,
      limit: 100,
    })) {
      all.push(id);
      expect([amount, fee > 0, source]).toEqual([
        1_000 + (Number(id.slice(-9)) % 100),
        true,
        id.replace('txn_', 'ch_'),
      ]);
    }
    expect([all.length, all[0], all.at(-1)]).toEqual([
      250,
      `txn_${batch}000500249`,
      `txn_${batch}000500000`,
    ]);
    const intent = await app.stripe.paymentIntents.retrieve(`pi_${batch}000000007`, {
      expand: ['latest_charge.balance_transaction'],
    });
    expect(intent).toMatchObject({
      amount: 1_007,
      latest_charge: { balance_transaction: { amount: 1_007, source: `ch_${batch}000000007` } },
    });
    await expect(app.stripe.paymentIntents.retrieve(`pi_${batch}001000000`)).rejects.toMatchObject({
      code: 'resource_missing',
    });
    await app.close();
  });
});
