import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Stripe } from 'stripe';
import { StripeApp } from './testing/stripe-app.js';
import { StripeSchemas } from './testing/stripe-schemas.js';

let app: StripeApp;
let schemas: StripeSchemas;

beforeAll(async () => {
  app = await StripeApp.start();
  schemas = new StripeSchemas();
});
afterAll(() => app.close());

async function rawOf(path: string): Promise<{ data: Record<string, unknown>[] }> {
  const { sandbox } = app;
  const response = await fetch(`${sandbox.url}/v1/${path}`, {
    headers: { authorization: `Bearer ${sandbox.config.SANDBOX_STRIPE_SECRET_KEY}` },
  });
  return (await response.json()) as { data: Record<string, unknown>[] };
}

/** Something of every kind, in every state that it can be in. */
async function everything(): Promise<void> {
  const { stripe } = app;
  const session = await app.topUp({
    payment_intent_data: { setup_future_usage: 'off_session' },
    client_reference_id: 'acct_1',
  });
  await app.control('POST', `checkout/${session.id}/pay`);
  const denied = await app.topUp();
  await app
    .control('POST', `checkout/${denied.id}/pay`, { number: '4000000000000002' })
    .catch(() => undefined);
  const asked = await app.topUp();
  await app.control('POST', `checkout/${asked.id}/pay`, { number: '4000002500003155' });
  await stripe.checkout.sessions.expire((await app.topUp()).id);
  const setup = await stripe.checkout.sessions.create({ mode: 'setup', success_url: app.origin });
  await app.control('POST', `checkout/${setup.id}/pay`);
  const payer = await app.customerWith('visa');
  await stripe.customers.update(payer.customer, {
    metadata: { account: 'acct_1' },
    invoice_settings: { default_payment_method: payer.method },
  });
  const paid = await app.recharge(payer);
  await stripe.refunds.create({
    payment_intent: paid.id,
    amount: 100,
    metadata: { cause: 'test' },
  });
  const refund = await stripe.refunds.create({ payment_intent: paid.id, amount: 200 });
  await app.control('POST', `refunds/${refund.id}/fail`);
  await app.recharge(await app.customerWith('authenticationRequired')).catch(() => undefined);
  const lost = await app.recharge(payer);
  const dispute = await app.control<{ id: string }>('POST', `charges/${lost.id}/dispute`);
  await stripe.disputes.update(dispute.id, {
    evidence: { uncategorized_text: 'winning_evidence' },
  });
  await app.recharge(await app.customerWith('createDisputeInquiry'));
  await stripe.paymentIntents.cancel(
    (await stripe.paymentIntents.create({ amount: 500, currency: 'usd' })).id,
  );
  await subscriptions();
}

async function subscriptions(): Promise<void> {
  const { stripe } = app;
  const january = 1_798_761_600;
  const { id: clock } = await stripe.testHelpers.testClocks.create({ frozen_time: january });
  const { id: customer } = await stripe.customers.create({ test_clock: clock });
  const attach = async (card: string): Promise<string> =>
    (await stripe.paymentMethods.attach(`pm_card_${card}`, { customer })).id;
  const good = await attach('visa');
  const bad = await attach('chargeCustomerFail');
  const price = (unit_amount_decimal: string) =>
    stripe.prices.create({
      currency: 'usd',
      unit_amount_decimal: unit_amount_decimal as never,
      recurring: { interval: 'month' },
      product_data: { name: 'Plan' },
    });
  const [pro, team] = [await price('2000.5'), await price('9000')];
  const subscription = await stripe.subscriptions.create({
    customer,
    items: [{ price: pro.id }],
    default_payment_method: good,
  });
  const change = (default_payment_method: string, priceId: string) =>
    stripe.subscriptions.update(subscription.id, {
      default_payment_method,
      items: [{ id: subscription.items.data[0]?.id, price: priceId }],
      proration_behavior: 'always_invoice',
      payment_behavior: 'pending_if_incomplete',
    });
  await change(good, team.id);
  await change(good, pro.id);
  await change(bad, team.id);
  await stripe.invoiceItems.create({ customer, amount: 700, currency: 'usd' });
  const preview = await stripe.invoices.createPreview({ subscription: subscription.id });
  expect(schemas.problems(preview)).toEqual([]);
  await stripe.testHelpers.testClocks.advance(clock, { frozen_time: january + 50 * 86_400 });
  const session = await stripe.billingPortal.sessions.create({ customer });
  expect(schemas.problems(session)).toEqual([]);
  const taxed = await stripe.invoices.create({
    customer,
    collection_method: 'send_invoice',
    days_until_due: 10,
    automatic_tax: { enabled: true },
  });
  const invoice = taxed.id;
  await stripe.invoiceItems.create({ customer, invoice, amount: 700, currency: 'usd' });
}

describe("the stand-in's objects", () => {
  it('are what the types of the SDK say, and so are their snapshots in events', async () => {
    await everything();
    const lists = [
      'balance_transactions',
      'charges',
      'checkout/sessions',
      'customers',
      'disputes',
      'invoice_payments',
      'invoiceitems',
      'invoices',
      'payment_intents',
      'prices',
      'products',
      'refunds',
      'setup_intents',
      'subscriptions?status=all',
      'test_helpers/test_clocks',
    ];
    for (const path of lists) {
      const { data } = await rawOf(`${path}${path.includes('?') ? '&' : '?'}limit=100`);
      expect(data.length).toBeGreaterThan(0);
      for (const object of data) expect(schemas.problems(object)).toEqual([]);
    }
    const events: Stripe.Event[] = [];
    for await (const event of app.stripe.events.list({ limit: 100 })) events.push(event);
    const snapshots = events.map(({ data }) => data.object);
    expect(
      new Set(snapshots.map((object) => (object as { object: string }).object)).size,
    ).toBeGreaterThan(8);
    for (const object of snapshots) expect(schemas.problems(object)).toEqual([]);
  });

  it.each<[string, (refund: Record<string, unknown>) => void]>([
    ['a text for a number', (refund) => (refund['amount'] = '100')],
    ['a member that is missing', (refund) => delete refund['balance_transaction']],
    ['a member that nobody knows', (refund) => (refund['colour'] = 'red')],
    ['a number for a text', (refund) => (refund['status'] = 1)],
    ['an object for an id', (refund) => (refund['charge'] = { id: 'ch_1' })],
  ])('would be found out with %s', async (_what, fault) => {
    const { data } = await rawOf('refunds?limit=1');
    const [refund = {}] = data;
    fault(refund);
    expect(schemas.problems(refund)).not.toEqual([]);
  });
});
