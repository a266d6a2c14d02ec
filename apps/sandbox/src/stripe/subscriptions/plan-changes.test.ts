import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Stripe } from 'stripe';
import { idOf } from '../core/ids.js';
import { StripeApp } from '../testing/stripe-app.js';
import { at, daySeconds, endOf, itemOf, january, Subscribers } from '../testing/subscribers.js';
import { after } from './period.js';

let app: StripeApp;
let stripe: Stripe;
let people: Subscribers;
let pro: Stripe.Price;
let team: Stripe.Price;
let yearly: Stripe.Price;

beforeAll(async () => {
  app = await StripeApp.start();
  ({ stripe } = app);
  people = new Subscribers(app);
  pro = await people.price('Pro', 3_100, 'month');
  team = await people.price('Team', 6_200, 'month');
  yearly = await people.price('Pro, a year', 31_000, 'year');
});
afterAll(() => app.close());

describe('a change of plan', () => {
  /** 21 of the 31 days are left. */
  const within = january + 10 * daySeconds;

  const upgrade = (subscription: Stripe.Subscription, over: object = {}) =>
    stripe.subscriptions.update(subscription.id, {
      items: [{ id: itemOf(subscription), price: team.id }],
      proration_behavior: 'always_invoice',
      payment_behavior: 'pending_if_incomplete',
      ...over,
    });

  it('costs what was previewed, from the previewed moment on', async () => {
    const who = await people.one();
    const subscription = await people.subscribe(who, pro);
    await people.advance(who, within);
    const details = {
      items: [{ id: itemOf(subscription), price: team.id }],
      proration_behavior: 'always_invoice' as const,
      proration_date: within,
    };
    const preview = await stripe.invoices.createPreview({
      subscription: subscription.id,
      subscription_details: details,
    });
    expect(preview.lines.data.map(({ amount }) => amount)).toEqual([-2_100, 4_200]);
    expect(await people.invoices(who.customer)).toHaveLength(1);
    const changed = await upgrade(subscription, { proration_date: within });
    expect(changed.items.data.map((item) => item.price.id)).toEqual([team.id]);
    expect(endOf(changed)).toBe(endOf(subscription));
    expect(await people.invoices(who.customer)).toContainEqual([
      'subscription_update',
      2_100,
      'paid',
    ]);
    await people.advance(who, at('2027-02-02'));
    expect((await people.invoices(who.customer)).at(-1)).toEqual([
      'subscription_cycle',
      6_200,
      'paid',
    ]);
  });

  it('waits where it cannot be paid, then happens or is given up', async () => {
    const who = await people.one();
    const subscription = await people.subscribe(who, pro);
    await stripe.subscriptions.update(subscription.id, {
      default_payment_method: (
        await stripe.paymentMethods.attach('pm_card_chargeCustomerFail', { customer: who.customer })
      ).id,
    });
    const waiting = await upgrade(subscription);
    expect(waiting).toMatchObject({
      status: 'active',
      pending_update: { subscription_items: [{ price: { id: team.id } }] },
      items: { data: [{ price: { id: pro.id } }] },
    });
    await stripe.invoices.pay(idOf(waiting.latest_invoice) ?? '', { payment_method: who.method });
    const changed = await stripe.subscriptions.retrieve(subscription.id);
    expect(changed).toMatchObject({
      pending_update: null,
      items: { data: [{ price: { id: team.id } }] },
    });
    const back = await stripe.subscriptions.update(subscription.id, {
      items: [{ id: itemOf(changed), quantity: 2 }],
      proration_behavior: 'always_invoice',
      payment_behavior: 'pending_if_incomplete',
    });
    expect(back.pending_update).not.toBeNull();
    await people.advance(who, january + daySeconds);
    expect(await stripe.subscriptions.retrieve(subscription.id)).toMatchObject({
      pending_update: null,
      items: { data: [{ quantity: 1 }] },
    });
    expect(await app.typesOf(subscription.id)).toContain(
      'customer.subscription.pending_update_expired',
    );
  });

  it('down is a credit, which the next invoices use up', async () => {
    const who = await people.one();
    const subscription = await people.subscribe(who, team);
    await people.advance(who, within);
    await upgrade(subscription, { items: [{ id: itemOf(subscription), price: pro.id }] });
    const customer = await stripe.customers.retrieve(who.customer);
    expect(customer).toMatchObject({ balance: -2_100 });
    await people.advance(who, at('2027-02-02'));
    const { data } = await stripe.invoices.list({ customer: who.customer, limit: 1 });
    expect(data[0]).toMatchObject({ total: 3_100, amount_paid: 1_000, ending_balance: 0 });
  });

  it('is on the next invoice, or costs nothing, where that is asked for', async () => {
    const who = await people.one();
    const subscription = await people.subscribe(who, pro);
    await people.advance(who, within);
    await upgrade(subscription, { proration_behavior: 'create_prorations' });
    expect(
      (await stripe.invoiceItems.list({ customer: who.customer, pending: true })).data,
    ).toHaveLength(2);
    await people.advance(who, at('2027-02-02'));
    expect((await people.invoices(who.customer)).at(-1)).toEqual([
      'subscription_cycle',
      8_300,
      'paid',
    ]);
    const changed = await stripe.subscriptions.update(subscription.id, {
      items: [{ id: itemOf(subscription), price: pro.id }],
      proration_behavior: 'none',
    });
    expect(changed.items.data[0]?.price.id).toBe(pro.id);
    expect(await people.invoices(who.customer)).toHaveLength(2);
  });

  it('to another interval begins a new period', async () => {
    const who = await people.one();
    const subscription = await people.subscribe(who, pro);
    await people.advance(who, within);
    const changed = await upgrade(subscription, {
      items: [{ id: itemOf(subscription), price: yearly.id }],
    });
    expect(endOf(changed)).toBe(after(within, { interval: 'year', interval_count: 1 }));
    expect((await people.invoices(who.customer)).at(-1)).toEqual([
      'subscription_update',
      28_900,
      'paid',
    ]);
  });

  it('without the id of the item adds one, and never the same twice', async () => {
    const subscription = await people.subscribe(await people.one(), pro);
    const two = await upgrade(subscription, { items: [{ price: team.id }] });
    expect(two.items.data).toHaveLength(2);
    await expect(upgrade(subscription, { items: [{ price: pro.id }] })).rejects.toMatchObject({
      message: 'Cannot add multiple subscription items with the same plan.',
    });
  });
});
