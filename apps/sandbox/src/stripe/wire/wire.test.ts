import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Stripe } from 'stripe';
import { StripeApp } from '../testing/stripe-app.js';
import { decodedForm } from './form.js';

let app: StripeApp;
let stripe: Stripe;

beforeAll(async () => {
  app = await StripeApp.start();
  ({ stripe } = app);
});
afterAll(() => app.close());
afterEach(() => app.control('PUT', 'api', {}));

/** A call as the SDK would never make it. */
async function raw(path: string, init: RequestInit = {}): Promise<Response> {
  const { url, config } = app.sandbox;
  return fetch(`${url}/v1/${path}`, {
    ...init,
    headers: { authorization: `Bearer ${config.SANDBOX_STRIPE_SECRET_KEY}`, ...init.headers },
  });
}

const clientWith = (key: string): Stripe => {
  const { hostname, port } = new URL(app.sandbox.url);
  return new Stripe(key, { host: hostname, port, protocol: 'http', maxNetworkRetries: 0 });
};

describe('a form', () => {
  it('is read with its brackets, and never reaches a prototype', () => {
    expect(decodedForm('a[b][c]=1&l[0][x]=2&l[1][x]=3&e[]=p&e[]=q&m[7]=s&t=%20')).toEqual({
      a: { b: { c: '1' } },
      l: [{ x: '2' }, { x: '3' }],
      e: ['p', 'q'],
      m: { 7: 's' },
      t: ' ',
    });
    const form = decodedForm('__proto__[polluted]=1&constructor[prototype][polluted]=1');
    expect(Object.keys(form)).toEqual(['__proto__', 'constructor']);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

describe('a call', () => {
  it('needs the secret key, by Bearer or Basic', async () => {
    await expect(clientWith('sk_test_wrong').customers.create({})).rejects.toMatchObject({
      type: 'StripeAuthenticationError',
      statusCode: 401,
    });
    const { config } = app.sandbox;
    const basic = Buffer.from(`${config.SANDBOX_STRIPE_SECRET_KEY}:`).toString('base64');
    const known = await raw('account', { headers: { authorization: `Basic ${basic}` } });
    expect([known.status, known.headers.get('stripe-version')]).toEqual([200, '2026-10-28.endive']);
    expect(known.headers.get('request-id')).toMatch(/^req_/);
    const none = await raw('account', { headers: { authorization: '' } });
    expect(none.status).toBe(401);
  });

  it('is answered in the one version that the SDK speaks', async () => {
    const other = await raw('account', { headers: { 'stripe-version': '2020-08-27' } });
    expect(other.status).toBe(400);
    expect(await other.text()).toContain('Invalid Stripe API version');
  });

  it.each<[string, () => Promise<unknown>, object]>([
    [
      'does not know',
      () => stripe.customers.create({ colour: 'red' } as never),
      { code: 'parameter_unknown', param: 'colour', statusCode: 400 },
    ],
    [
      'does not know, further in',
      () => app.topUp({ payment_intent_data: { colour: 'red' } as never }),
      { code: 'parameter_unknown', param: 'payment_intent_data[colour]' },
    ],
    [
      'misses',
      () => stripe.paymentIntents.create({ currency: 'usd' } as never),
      { code: 'parameter_missing', param: 'amount' },
    ],
    [
      'misses, further in',
      () =>
        app.topUp({
          line_items: [{ quantity: 1, price_data: { unit_amount: 900 } as never }],
        }),
      { code: 'parameter_missing', param: 'line_items[0][price_data][currency]' },
    ],
    [
      'misses for a page',
      () => app.topUp({ success_url: undefined }),
      { code: 'parameter_missing', param: 'success_url' },
    ],
    [
      'misses for a payment',
      () => app.topUp({ line_items: undefined }),
      { code: 'parameter_missing', param: 'line_items' },
    ],
    [
      'cannot read as a number',
      () => stripe.refunds.create({ payment_intent: 'pi_1', amount: 1.5 }),
      { code: 'parameter_invalid_integer', param: 'amount' },
    ],
    [
      'finds empty',
      () => stripe.customers.list({ email: '' }),
      { code: 'parameter_invalid_empty', param: 'email' },
    ],
    [
      'cannot find in the path',
      () => stripe.customers.retrieve('cus_none'),
      { code: 'resource_missing', param: 'id', statusCode: 404 },
    ],
    [
      'cannot find in a parameter',
      () => app.topUp({ customer: 'cus_none' }),
      { code: 'resource_missing', param: 'customer', statusCode: 400 },
    ],
  ])('is told by name what Stripe %s', async (_what, call, refusal) => {
    await expect(call()).rejects.toMatchObject(refusal);
  });

  it('of an unknown path or with a body of another kind is refused', async () => {
    const unknown = await raw('nonsense');
    expect([unknown.status, await unknown.text()]).toEqual([
      404,
      expect.stringContaining('Unrecognized request URL (GET: /v1/nonsense)'),
    ]);
    const json = await raw('customers', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    });
    expect(json.status).toBe(400);
  });
});

describe('an Idempotency-Key', () => {
  const options = { idempotencyKey: 'once' };

  it('gets the first answer again, a refusal of a card too', async () => {
    const first = await stripe.customers.create({ email: 'a@example.com' }, options);
    const again = await stripe.customers.create({ email: 'a@example.com' }, options);
    expect(again.id).toBe(first.id);
    expect(again.lastResponse.headers['idempotent-replayed']).toBe('true');
    expect(first.lastResponse.headers['idempotent-replayed']).toBeUndefined();
    const payer = await app.customerWith('chargeCustomerFail');
    const declined = async (): Promise<unknown> =>
      app
        .recharge(payer, {}, { idempotencyKey: 'decl' })
        .catch((error: Stripe.errors.StripeError) => error.payment_intent?.id);
    expect(await declined()).toBe(await declined());
  });

  it('is refused with other parameters, and free again after a call that was not valid', async () => {
    await expect(
      stripe.customers.create({ email: 'b@example.com' }, options),
    ).rejects.toMatchObject({ type: 'StripeIdempotencyError', statusCode: 400 });
    const unsure = { idempotencyKey: 'unsure' };
    await expect(stripe.customers.create({ x: 1 } as never, unsure)).rejects.toThrow();
    await expect(stripe.customers.create({}, unsure)).resolves.toHaveProperty('id');
  });

  it('is refused while its first call is in progress', async () => {
    await app.control('PUT', 'api', { latencyMs: 300 });
    const create = () => stripe.customers.create({}, { idempotencyKey: 'twice' });
    const results = await Promise.allSettled([create(), create()]);
    expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    const refused = results.find(({ status }) => status === 'rejected') as PromiseRejectedResult;
    expect(refused.reason).toMatchObject({ statusCode: 409, code: 'idempotency_key_in_use' });
  });

  it('finds out what became of a call whose answer was lost', async () => {
    const payer = await app.customerWith('visa');
    // Whatever it is told, the SDK tries a connection that was cut once more.
    await app.control('PUT', 'api', { loseAnswers: 2 });
    const charge = () => app.recharge(payer, {}, { idempotencyKey: 'lost' });
    await expect(charge()).rejects.toMatchObject({ type: 'StripeConnectionError' });
    const { id } = await charge();
    const { data } = await stripe.paymentIntents.list({ customer: payer.customer });
    expect(data.map((intent) => intent.id)).toEqual([id]);
  });

  it('has nothing to do with a call that was refused before anything was done', async () => {
    await app.control('PUT', 'api', { refuse: { count: 1, status: 429 } });
    const create = () => stripe.customers.create({}, { idempotencyKey: 'limited' });
    await expect(create()).rejects.toMatchObject({ type: 'StripeRateLimitError' });
    expect((await create()).lastResponse.headers['idempotent-replayed']).toBeUndefined();
  });
});

describe('a list', () => {
  it('comes in pages, the newest first, and all of it by the SDK', async () => {
    const email = 'many@example.com';
    const made: string[] = [];
    for (let index = 0; index < 7; index++) {
      made.unshift((await stripe.customers.create({ email })).id);
    }
    const first = await stripe.customers.list({ email, limit: 3 });
    expect([first.data.map(({ id }) => id), first.has_more]).toEqual([made.slice(0, 3), true]);
    const all: string[] = [];
    for await (const { id } of stripe.customers.list({ email, limit: 2 })) all.push(id);
    expect(all).toEqual(made);
    const before = await stripe.customers.list({ email, ending_before: made[4], limit: 3 });
    expect(before.data.map(({ id }) => id)).toEqual(made.slice(1, 4));
    const old = await stripe.customers.list({ email, created: { lt: 1_000 } });
    expect(old.data).toEqual([]);
    await expect(stripe.customers.list({ limit: 101 })).rejects.toMatchObject({ param: 'limit' });
  });
});

describe('expand', () => {
  it('shows what an id stands for, at any depth, and refuses what is none', async () => {
    const intent = await app.recharge(await app.customerWith('visa'));
    const shown = await stripe.paymentIntents.retrieve(intent.id, {
      expand: ['customer', 'latest_charge.balance_transaction'],
    });
    expect(shown).toMatchObject({
      customer: { object: 'customer' },
      latest_charge: { balance_transaction: { amount: 1_000, fee: 59, net: 941 } },
    });
    const { data } = await stripe.charges.list({
      payment_intent: intent.id,
      expand: ['data.payment_intent'],
    });
    expect(data).toMatchObject([{ payment_intent: { id: intent.id } }]);
    for (const expand of ['colour', 'status', 'id']) {
      await expect(
        stripe.paymentIntents.retrieve(intent.id, { expand: [expand] }),
      ).rejects.toMatchObject({ statusCode: 400, param: 'expand' });
    }
  });
});
