import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Stripe } from 'stripe';
import { StripeApp } from '../testing/stripe-app.js';

let app: StripeApp;
let stripe: Stripe;

beforeAll(async () => {
  app = await StripeApp.start();
  ({ stripe } = app);
});
afterAll(() => app.close());

async function withItems(
  customer: string,
  over: Partial<Stripe.InvoiceCreateParams> = {},
  amounts = [1_200, 345, -45],
): Promise<Stripe.Invoice> {
  for (const amount of amounts) {
    await stripe.invoiceItems.create({ customer, amount, currency: 'usd', description: 'Usage' });
  }
  return stripe.invoices.create({
    customer,
    pending_invoice_items_behavior: 'include',
    auto_advance: false,
    ...over,
  });
}

describe('an invoice', () => {
  it('takes what waits, is numbered, paid, and found by its payment', async () => {
    const { customer, method } = await app.customerWith('visa');
    const draft = await withItems(customer, { metadata: { month: '2026-11' } });
    expect(draft).toMatchObject({ status: 'draft', total: 1_500, number: null });
    expect(draft.lines.data.map(({ amount }) => amount)).toEqual([1_200, 345, -45]);
    await stripe.invoiceItems.create({
      customer,
      invoice: draft.id,
      amount: 500,
      currency: 'usd',
    });
    const open = await stripe.invoices.finalizeInvoice(draft.id ?? '');
    expect(open).toMatchObject({ status: 'open', amount_due: 2_000 });
    expect(open.number).toMatch(/-0001$/);
    const paid = await stripe.invoices.pay(open.id ?? '', { payment_method: method });
    expect(paid).toMatchObject({ status: 'paid', amount_paid: 2_000, amount_remaining: 0 });
    expect(await app.typesOf(open.id ?? '')).toEqual([
      'invoice.created',
      'invoice.updated',
      'invoice.finalized',
      'invoice.paid',
      'invoice.payment_succeeded',
    ]);
    await expect(stripe.invoices.pay(open.id ?? '')).rejects.toThrow('already paid');
    await expect(
      stripe.invoiceItems.create({ customer, invoice: open.id, amount: 1, currency: 'usd' }),
    ).rejects.toMatchObject({ code: 'invoice_not_editable' });
    expect((await withItems(customer)).total).toBe(1_500);
  });

  it('that is declined stays open, and can be voided', async () => {
    const { customer, method } = await app.customerWith('chargeCustomerFail');
    const { id = '' } = await withItems(customer, { default_payment_method: method });
    await expect(stripe.invoices.pay(id)).rejects.toMatchObject({
      code: 'card_declined',
      payment_intent: { status: 'requires_payment_method' },
    });
    expect(await stripe.invoices.retrieve(id)).toMatchObject({ status: 'open', attempt_count: 1 });
    expect(await stripe.invoices.voidInvoice(id)).toMatchObject({ status: 'void' });
    await expect(
      stripe.invoices.pay(id, { payment_method: 'pm_card_visa' }),
    ).resolves.toMatchObject({
      status: 'void',
    });
  });

  it('of too little waits on the balance of the customer', async () => {
    const { customer } = await app.customerWith('visa');
    const { id = '' } = await withItems(customer, {}, [30]);
    expect(await stripe.invoices.finalizeInvoice(id)).toMatchObject({
      status: 'paid',
      amount_due: 0,
      ending_balance: 30,
    });
    const next = await withItems(customer, {}, [100]);
    expect(await stripe.invoices.finalizeInvoice(next.id ?? '')).toMatchObject({ amount_due: 130 });
  });

  it('is sent with a page on which it can be paid', async () => {
    const { id: customer } = await stripe.customers.create({ email: 'ada@example.com' });
    const terms = { collection_method: 'send_invoice' as const };
    await expect(withItems(customer, terms)).rejects.toMatchObject({ param: 'days_until_due' });
    const { id = '' } = await withItems(customer, { ...terms, days_until_due: 30 }, []);
    const sent = await stripe.invoices.sendInvoice(id);
    expect(sent.status).toBe('open');
    const page = await (await fetch(sent.hosted_invoice_url ?? '')).text();
    expect(page).toContain('$15.00');
    expect(page).toContain('Pay $15.00');
    const paid = await fetch(sent.hosted_invoice_url ?? '', {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams({
        number: '4242424242424242',
        expiry: '12/34',
        cvc: '123',
        name: 'Ada',
      }),
    });
    expect(paid.status).toBe(303);
    expect(await stripe.invoices.retrieve(id)).toMatchObject({ status: 'paid' });
    expect(await (await fetch(sent.hosted_invoice_url ?? '')).text()).toContain('Paid');
  });

  it('that is a draft can be deleted: what it took waits again', async () => {
    const { id: customer } = await stripe.customers.create({});
    const { id = '' } = await withItems(customer);
    await stripe.invoices.del(id);
    await expect(stripe.invoices.retrieve(id)).rejects.toMatchObject({ statusCode: 404 });
    expect((await stripe.invoiceItems.list({ customer, pending: true })).data).toHaveLength(3);
  });
});

describe('the portal', () => {
  it('shows plan, card and invoices, takes another card, and ends the plan', async () => {
    const { customer, method } = await app.customerWith('visa');
    const price = await stripe.prices.create({
      currency: 'usd',
      unit_amount: 2_000,
      recurring: { interval: 'month' },
      product_data: { name: 'Pro <b>' },
    });
    const { id } = await stripe.subscriptions.create({
      customer,
      items: [{ price: price.id }],
      default_payment_method: method,
    });
    const session = await stripe.billingPortal.sessions.create({
      customer,
      return_url: `${app.origin}/billing`,
    });
    const page = async (): Promise<string> => (await fetch(session.url)).text();
    const submit = (form: Record<string, string>) =>
      fetch(session.url, { method: 'POST', redirect: 'manual', body: new URLSearchParams(form) });
    const first = await page();
    for (const shown of ['Pro &lt;b&gt;', '$20.00 per month', 'ending in 4242', '-0001']) {
      expect(first).toContain(shown);
    }
    expect(first).toContain(`href="${app.origin}/billing"`);
    await submit({ act: 'cancel', subscription: id });
    expect(await stripe.subscriptions.retrieve(id)).toMatchObject({ cancel_at_period_end: true });
    expect(await page()).toContain('Ends on');
    await submit({ act: 'keep', subscription: id });
    expect(await stripe.subscriptions.retrieve(id)).toMatchObject({ cancel_at_period_end: false });
    const card = { act: 'card', name: 'Ada', expiry: '12/34', cvc: '123' };
    expect((await submit({ ...card, number: '4000000000000002' })).status).toBe(402);
    expect((await submit({ ...card, number: '5555555555554444' })).status).toBe(303);
    expect(await page()).toContain('ending in 4444');
    const { default_payment_method: next } = await stripe.subscriptions.retrieve(id);
    expect(next).not.toBe(method);
    const other = await subscriptionOfAnother();
    expect((await submit({ act: 'cancel', subscription: other })).status).toBe(404);
    expect((await fetch(`${session.url}x`)).status).toBe(404);
  });
});

async function subscriptionOfAnother(): Promise<string> {
  const { customer, method } = await app.customerWith('visa');
  const { data } = await stripe.prices.list({ type: 'recurring', limit: 1 });
  const { id } = await stripe.subscriptions.create({
    customer,
    items: [{ price: data[0]?.id }],
    default_payment_method: method,
  });
  return id;
}
