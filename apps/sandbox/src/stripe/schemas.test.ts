import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
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
  await stripe.prices.create({
    currency: 'usd',
    unit_amount_decimal: '0.5',
    recurring: { interval: 'month' },
    product_data: { name: 'Plan' },
  } as never);
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
      'payment_intents',
      'prices',
      'products',
      'refunds',
      'setup_intents',
    ];
    for (const path of lists) {
      const { data } = await rawOf(`${path}?limit=100`);
      expect(data.length).toBeGreaterThan(0);
      for (const object of data) expect(schemas.problems(object)).toEqual([]);
    }
    const { data: events } = await rawOf('events?limit=100');
    const snapshots = events.map(({ data }) => (data as { object: object }).object);
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
