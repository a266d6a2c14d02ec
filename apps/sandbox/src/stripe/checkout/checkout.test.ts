import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Stripe } from 'stripe';
import { idOf } from '../core/ids.js';
import { StripeApp } from '../testing/stripe-app.js';

let app: StripeApp;
let stripe: Stripe;

beforeAll(async () => {
  app = await StripeApp.start();
  ({ stripe } = app);
});
afterAll(() => app.close());

const valid = { email: 'ada@example.com', name: 'Ada', expiry: '12 / 34', cvc: '123' };

/** What a browser does with the form of the page. */
function submit(url: string | null, form: Record<string, string>): Promise<Response> {
  return fetch(url ?? '', { method: 'POST', redirect: 'manual', body: new URLSearchParams(form) });
}

const payWith = (session: Stripe.Checkout.Session, number: string): Promise<Response> =>
  submit(session.url, { ...valid, number });

const done = ({ id }: { id: string }): string => `${app.origin}/done?session=${id}`;

describe('Checkout', () => {
  it('takes a payment and keeps the card for later', async () => {
    const { id: customer } = await stripe.customers.create({ email: 'known@example.com' });
    const open = await app.topUp({
      customer,
      client_reference_id: 'acct_1',
      metadata: { purchase: '1' },
      payment_intent_data: { setup_future_usage: 'off_session', metadata: { account: 'acct_1' } },
    });
    expect(open).toMatchObject({ status: 'open', payment_status: 'unpaid', payment_intent: null });
    const page = await (await fetch(open.url ?? '')).text();
    expect(page).toContain('$25.00');
    expect(page).toContain('value="known@example.com" readonly');
    expect(page).toContain('future payments');
    const paid = await payWith(open, '4242 4242 4242 4242');
    expect([paid.status, paid.headers.get('location')]).toEqual([303, done(open)]);
    const session = await stripe.checkout.sessions.retrieve(open.id, {
      expand: ['payment_intent', 'line_items'],
    });
    expect(session).toMatchObject({
      status: 'complete',
      payment_status: 'paid',
      amount_total: 2_500,
      client_reference_id: 'acct_1',
      url: null,
      customer_details: { email: 'known@example.com' },
      payment_intent: {
        status: 'succeeded',
        metadata: { account: 'acct_1' },
        setup_future_usage: 'off_session',
      },
      line_items: { data: [{ description: 'Credit', amount_total: 2_500, quantity: 1 }] },
    });
    const intent = session.payment_intent as Stripe.PaymentIntent;
    expect(await app.typesOf(open.id, intent.id, idOf(intent.latest_charge))).toEqual([
      'payment_intent.created',
      'charge.succeeded',
      'payment_intent.succeeded',
      'checkout.session.completed',
      'charge.updated',
    ]);
    const { data } = await stripe.paymentMethods.list({ customer });
    const method = data[0]?.id ?? '';
    expect(await app.recharge({ customer, method })).toMatchObject({ status: 'succeeded' });
  });

  it('says why a card is declined, and takes another one for the same intent', async () => {
    const session = await app.topUp();
    const declined = await payWith(session, '4000000000000002');
    expect(declined.status).toBe(402);
    expect(await declined.text()).toContain('Your card was declined.');
    const first = await stripe.checkout.sessions.retrieve(session.id);
    expect(first).toMatchObject({ status: 'open', payment_status: 'unpaid' });
    expect((await payWith(session, '5555555555554444')).status).toBe(303);
    const then = await stripe.checkout.sessions.retrieve(session.id);
    expect(then.payment_intent).toBe(first.payment_intent);
    expect((await payWith(session, '4242424242424242')).status).toBe(410);
  });

  it.each([
    ['an unknown number', { number: '4111111111111111' }, 'card number is invalid'],
    ['half a number', { number: '4242' }, 'card number is incomplete'],
    ['a month that is over', { expiry: '01/20' }, 'in the past'],
    ['no code', { cvc: '' }, 'security code'],
    ['no name', { name: ' ' }, 'name on the card'],
    ['no address', { email: 'ada' }, 'email address'],
  ])('shows its form again with %s, and never the card', async (_what, over, problem) => {
    const session = await app.topUp();
    const answer = await submit(session.url, { ...valid, number: '4242424242424242', ...over });
    const page = await answer.text();
    expect(answer.status).toBe(400);
    expect(page).toContain('role="alert"');
    expect(page).toContain(problem);
    expect(page).not.toContain(`value="${'number' in over ? over.number : '4242424242424242'}"`);
    expect(await stripe.checkout.sessions.retrieve(session.id)).toMatchObject({
      payment_intent: null,
    });
  });

  it('asks for authentication, and goes on only with it', async () => {
    const { id: customer } = await stripe.customers.create({ email: 'known@example.com' });
    const data = { setup_future_usage: 'off_session' as const };
    const session = await app.topUp({ customer, payment_intent_data: data });
    const asked = await payWith(session, '4000002500003155');
    const authentication = asked.headers.get('location') ?? '';
    expect(await (await fetch(authentication)).text()).toContain('Complete authentication');
    const failed = await submit(authentication, { outcome: 'fail' });
    expect(failed.headers.get('location')).toBe(session.url);
    expect(await (await fetch(session.url ?? '')).text()).toContain('unable to authenticate');
    const again = await payWith(session, '4000002500003155');
    const passed = await submit(again.headers.get('location'), { outcome: 'complete' });
    expect(passed.headers.get('location')).toBe(done(session));
    expect(await stripe.checkout.sessions.retrieve(session.id)).toMatchObject({
      payment_status: 'paid',
    });
    const { data: methods } = await stripe.paymentMethods.list({ customer });
    const method = methods[0]?.id ?? '';
    expect(await app.recharge({ customer, method })).toMatchObject({ status: 'succeeded' });
  });

  it('shows text of others as text', async () => {
    const { id } = await stripe.products.create({ name: '<script>alert(1)</script>"' });
    const price = await stripe.prices.create({ product: id, currency: 'usd', unit_amount: 500 });
    const session = await app.topUp({ line_items: [{ price: price.id, quantity: 2 }] });
    const page = await (await fetch(session.url ?? '')).text();
    expect(page).not.toContain('<script');
    expect(page).toContain('&lt;script&gt;');
    expect(page).toContain('$10.00');
  });

  it('keeps a card without a payment', async () => {
    const { id: customer } = await stripe.customers.create({ email: 'known@example.com' });
    const session = await stripe.checkout.sessions.create({
      mode: 'setup',
      customer,
      success_url: app.origin,
      setup_intent_data: { metadata: { account: 'acct_1' } },
    });
    await payWith(session, '4242424242424242');
    const shown = await stripe.checkout.sessions.retrieve(session.id, { expand: ['setup_intent'] });
    expect(shown).toMatchObject({
      payment_status: 'no_payment_required',
      setup_intent: { status: 'succeeded', metadata: { account: 'acct_1' } },
    });
    expect((await stripe.paymentMethods.list({ customer })).data).toHaveLength(1);
  });
});

describe('a session', () => {
  it('expires by the API, or when its time is over', async () => {
    const session = await app.topUp();
    await stripe.checkout.sessions.expire(session.id);
    const page = await fetch(session.url ?? '');
    expect([page.status, await page.text()]).toEqual([410, expect.stringContaining('expired')]);
    await app.hears('checkout.session.expired', session.id);
    await expect(stripe.checkout.sessions.expire(session.id)).rejects.toMatchObject({
      statusCode: 400,
    });
    await expect(app.control('POST', `checkout/${session.id}/pay`)).rejects.toThrow('expired');
  });

  it('lives from half an hour to a day', async () => {
    const now = Math.floor(Date.now() / 1_000);
    for (const expires_at of [now + 60, now + 100_000]) {
      await expect(app.topUp({ expires_at })).rejects.toMatchObject({ param: 'expires_at' });
    }
    await expect(app.topUp({ expires_at: now + 2_000 })).resolves.toMatchObject({
      expires_at: now + 2_000,
    });
  });

  it.each([
    ['too little', {}, 49, { code: 'amount_too_small' }],
    ['a customer and an address', { customer: 'x', customer_email: 'a@b.c' }, 900, {}],
    ['what belongs to another mode', { setup_intent_data: { description: 'x' } }, 900, {}],
  ])('is refused with %s', async (_what, over, amount, refusal) => {
    await expect(app.topUp(over, amount)).rejects.toMatchObject({ statusCode: 400, ...refusal });
  });
});
