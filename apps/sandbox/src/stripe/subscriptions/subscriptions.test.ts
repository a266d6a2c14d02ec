import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Stripe } from 'stripe';
import { idOf } from '../core/ids.js';
import { StripeApp } from '../testing/stripe-app.js';
import { at, daySeconds, endOf, itemOf, january, Subscribers } from '../testing/subscribers.js';
import { after, periodEnd, wholePeriod } from './period.js';

let app: StripeApp;
let stripe: Stripe;
let people: Subscribers;
let pro: Stripe.Price;
let team: Stripe.Price;

beforeAll(async () => {
  app = await StripeApp.start();
  ({ stripe } = app);
  people = new Subscribers(app);
  pro = await people.price('Pro', 3_100, 'month');
  team = await people.price('Team', 6_200, 'month');
});
afterAll(() => app.close());

describe('a period', () => {
  const month = { interval: 'month' as const, interval_count: 1 };

  it('ends on the day of its anchor, or on the last of a shorter month', () => {
    const anchor = at('2027-01-31');
    expect(periodEnd(anchor, anchor, month)).toBe(at('2027-02-28'));
    expect(periodEnd(anchor, at('2027-02-28'), month)).toBe(at('2027-03-31'));
    expect(after(at('2028-02-29'), { interval: 'year', interval_count: 1 })).toBe(at('2029-02-28'));
    expect(wholePeriod(anchor, at('2027-02-28'), month).start).toBe(anchor);
    expect(wholePeriod(at('2027-02-01'), at('2027-02-01'), month).start).toBe(january);
  });
});

describe('a subscription', () => {
  it('is paid at once, and renewed an hour after each period', async () => {
    const who = await people.one();
    const subscription = await people.subscribe(who, pro);
    expect(subscription).toMatchObject({ status: 'active', test_clock: who.clock });
    expect(endOf(subscription)).toBe(at('2027-02-01'));
    expect(await app.typesOf(subscription.id, idOf(subscription.latest_invoice))).toEqual([
      'customer.subscription.created',
      'invoice.created',
      'invoice.finalized',
      'invoice.paid',
      'invoice.payment_succeeded',
      'customer.subscription.updated',
    ]);
    await people.advance(who, at('2027-02-01'));
    expect(await people.invoices(who.customer)).toEqual([
      ['subscription_create', 3_100, 'paid'],
      ['subscription_cycle', 3_100, 'draft'],
    ]);
    await people.advance(who, at('2027-04-02'));
    expect(await people.invoices(who.customer)).toEqual([
      ['subscription_create', 3_100, 'paid'],
      ['subscription_cycle', 3_100, 'paid'],
      ['subscription_cycle', 3_100, 'paid'],
      ['subscription_cycle', 3_100, 'paid'],
    ]);
    const { data } = await stripe.events.list({ type: 'invoice.upcoming', limit: 1 });
    expect(data[0]?.data.object).toMatchObject({ total: 3_100, customer: who.customer });
    const { data: payments } = await stripe.invoicePayments.list({
      invoice: idOf((await stripe.subscriptions.retrieve(subscription.id)).latest_invoice) ?? '',
    });
    const [payment] = payments;
    expect(payment).toMatchObject({ status: 'paid', amount_paid: 3_100 });
    const intent = idOf(payment?.payment.payment_intent) ?? '';
    const found = await stripe.invoicePayments.list({
      payment: { type: 'payment_intent', payment_intent: intent },
    });
    expect(found.data).toHaveLength(1);
    const charge = await stripe.charges.list({ payment_intent: intent });
    expect(charge.data[0]?.created).toBe(at('2027-04-01') + 3_600);
  });

  it('waits for its first payment, and expires without it', async () => {
    const who = await people.one('chargeCustomerFail');
    const subscription = await people.subscribe(who, pro);
    expect(subscription.status).toBe('incomplete');
    await people.advance(who, january + daySeconds);
    expect(await stripe.subscriptions.retrieve(subscription.id)).toMatchObject({
      status: 'incomplete_expired',
    });
    expect(await people.invoices(who.customer)).toEqual([['subscription_create', 3_100, 'void']]);
    const open = await people.subscribe(await people.one('chargeCustomerFail'), pro);
    await stripe.invoices.pay(idOf(open.latest_invoice) ?? '', { payment_method: 'pm_card_visa' });
    expect(await stripe.subscriptions.retrieve(open.id)).toMatchObject({ status: 'active' });
  });

  it('is past due when a renewal fails, and ends when no later try succeeds', async () => {
    const who = await people.one();
    const { id } = await people.subscribe(who, pro);
    const { id: bad } = await stripe.paymentMethods.attach('pm_card_chargeCustomerFail', {
      customer: who.customer,
    });
    await stripe.subscriptions.update(id, { default_payment_method: bad });
    await people.advance(who, at('2027-02-02'));
    expect(await stripe.subscriptions.retrieve(id)).toMatchObject({ status: 'past_due' });
    const { data } = await stripe.invoices.list({ customer: who.customer, status: 'open' });
    const [invoice] = data;
    expect(invoice).toMatchObject({
      attempt_count: 1,
      next_payment_attempt: at('2027-02-04') + 3_600,
    });
    await stripe.subscriptions.update(id, { default_payment_method: who.method });
    await people.advance(who, at('2027-02-05'));
    expect(await stripe.subscriptions.retrieve(id)).toMatchObject({ status: 'active' });
    await stripe.subscriptions.update(id, { default_payment_method: bad });
    await people.advance(who, at('2027-03-20'));
    expect(await stripe.subscriptions.retrieve(id)).toMatchObject({
      status: 'canceled',
      cancellation_details: { reason: 'payment_failed' },
    });
    expect((await app.typesOf(id)).at(-1)).toBe('customer.subscription.deleted');
  });

  it('ends at the end of its period, or at once', async () => {
    const who = await people.one();
    const { id } = await people.subscribe(who, pro);
    await stripe.subscriptions.update(id, { cancel_at_period_end: true });
    await people.advance(who, at('2027-01-31'));
    expect(await stripe.subscriptions.retrieve(id)).toMatchObject({ status: 'active' });
    await people.advance(who, at('2027-02-01'));
    expect(await stripe.subscriptions.retrieve(id)).toMatchObject({ status: 'canceled' });
    const other = await people.subscribe(who, pro);
    expect(await stripe.subscriptions.cancel(other.id)).toMatchObject({ status: 'canceled' });
    await expect(stripe.subscriptions.cancel(other.id)).rejects.toMatchObject({ statusCode: 400 });
    expect((await stripe.subscriptions.list({ customer: who.customer })).data).toEqual([]);
  });

  it('cannot be made without a card, or of what does not recur', async () => {
    const { id: customer } = await stripe.customers.create({});
    const create = (price: string) => stripe.subscriptions.create({ customer, items: [{ price }] });
    await expect(create(pro.id)).rejects.toMatchObject({ code: 'resource_missing' });
    const { id } = await stripe.prices.create({
      currency: 'usd',
      unit_amount: 500,
      product_data: { name: 'Once' },
    });
    await expect(create(id)).rejects.toMatchObject({ param: 'items' });
  });
});

describe('Checkout of a subscription', () => {
  const checkout = (customer: string, over: Stripe.Checkout.SessionCreateParams = {}) =>
    stripe.checkout.sessions.create({
      mode: 'subscription',
      customer,
      line_items: [{ price: pro.id, quantity: 1 }],
      success_url: app.origin,
      ...over,
    });

  it('tells of all that happens, in the order of Stripe', async () => {
    const { id: customer } = await stripe.customers.create({ email: 'ada@example.com' });
    const session = await checkout(customer, {
      subscription_data: { metadata: { account: 'acct_1' } },
    });
    await expect(
      app.control('POST', `checkout/${session.id}/pay`, { number: '4000000000000002' }),
    ).rejects.toThrow('declined');
    await app.control('POST', `checkout/${session.id}/pay`);
    const done = await stripe.checkout.sessions.retrieve(session.id, {
      expand: ['subscription.latest_invoice.payments'],
    });
    const subscription = done.subscription as Stripe.Subscription;
    expect(done).toMatchObject({
      status: 'complete',
      payment_status: 'paid',
      amount_total: 3_100,
      invoice: (subscription.latest_invoice as Stripe.Invoice).id,
      subscription: {
        status: 'active',
        metadata: { account: 'acct_1' },
        default_payment_method: expect.any(String),
        latest_invoice: { payments: { data: [{ status: 'paid' }] } },
      },
    });
    const types = await app.typesOf(subscription.id, idOf(done.invoice), session.id);
    expect(types).toEqual([
      'customer.subscription.created',
      'invoice.created',
      'invoice.finalized',
      'invoice.payment_failed',
      'invoice.paid',
      'invoice.payment_succeeded',
      'customer.subscription.updated',
      'checkout.session.completed',
    ]);
    expect((await stripe.subscriptions.list({ customer })).data).toHaveLength(1);
  });

  it('goes through authentication', async () => {
    const { id: customer } = await stripe.customers.create({ email: 'ada@example.com' });
    const session = await checkout(customer);
    const form = { name: 'Ada', expiry: '12/34', cvc: '123', number: '4000002500003155' };
    const submit = (url: string | null, body: Record<string, string>) =>
      fetch(url ?? '', { method: 'POST', redirect: 'manual', body: new URLSearchParams(body) });
    const asked = await submit(session.url, form);
    const passed = await submit(asked.headers.get('location'), { outcome: 'complete' });
    expect(passed.headers.get('location')).toBe(app.origin);
    expect((await stripe.subscriptions.list({ customer })).data).toMatchObject([
      { status: 'active' },
    ]);
  });

  it('may begin within a period: its first one is paid in part, also where it is changed', async () => {
    const now = at('2027-01-16') + daySeconds / 2;
    const { id: clock } = await stripe.testHelpers.testClocks.create({ frozen_time: now });
    const { id: customer } = await stripe.customers.create({ test_clock: clock });
    const session = await checkout(customer, {
      subscription_data: {
        billing_cycle_anchor: at('2027-02-01'),
        proration_behavior: 'create_prorations',
      },
    });
    expect(session.amount_total).toBe(1_550);
    const page = await (await fetch(session.url ?? '')).text();
    expect(page).toContain('$15.50<br>then $31.00 per month');
    await app.control('POST', `checkout/${session.id}/pay`);
    const { data } = await stripe.subscriptions.list({ customer });
    const [subscription] = data as [Stripe.Subscription];
    expect(endOf(subscription)).toBe(at('2027-02-01'));
    const preview = await stripe.invoices.createPreview({
      subscription: subscription.id,
      subscription_details: {
        items: [{ id: itemOf(subscription), price: team.id }],
        proration_behavior: 'always_invoice',
      },
    });
    expect(preview.total).toBe(1_550);
    await stripe.testHelpers.testClocks.advance(clock, { frozen_time: at('2027-02-02') });
    expect(await people.invoices(customer)).toEqual([
      ['subscription_create', 1_550, 'paid'],
      ['subscription_cycle', 3_100, 'paid'],
    ]);
    await expect(
      checkout(customer, { subscription_data: { billing_cycle_anchor: at('2027-06-01') } }),
    ).rejects.toMatchObject({ param: 'billing_cycle_anchor' });
  });
});

describe('a customer without a clock', () => {
  it('can be put on one, with all that it has', async () => {
    const { customer, method } = await app.customerWith('visa');
    const { id } = await stripe.subscriptions.create({
      customer,
      items: [{ price: pro.id }],
      default_payment_method: method,
    });
    const clock = await app.control<Stripe.TestHelpers.TestClock>(
      'POST',
      `customers/${customer}/clock`,
    );
    await app.control('POST', `clocks/${clock.id}/advance`, {
      to: clock.frozen_time + 32 * daySeconds,
    });
    expect(await stripe.subscriptions.retrieve(id)).toMatchObject({ test_clock: clock.id });
    expect(await people.invoices(customer)).toHaveLength(2);
    const far = { frozen_time: clock.frozen_time + 200 * daySeconds };
    await expect(stripe.testHelpers.testClocks.advance(clock.id, far)).rejects.toMatchObject({
      param: 'frozen_time',
    });
    await stripe.testHelpers.testClocks.del(clock.id);
    expect(await stripe.customers.retrieve(customer)).toMatchObject({ deleted: true });
    expect(await stripe.subscriptions.retrieve(id)).toMatchObject({ status: 'canceled' });
  });
});
