import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@modelbridge/testing-kit';
import type { Stripe } from 'stripe';
import { StripeApp } from '../testing/stripe-app.js';
import type { Delivery } from './webhook-sender.js';

let app: StripeApp;
let stripe: Stripe;

beforeAll(async () => {
  app = await StripeApp.start();
  ({ stripe } = app);
});
afterAll(() => app.close());
afterEach(() => policy({}));

const policy = (body: object): Promise<unknown> => app.control('PUT', 'webhooks', body);

const heardOf = (id: string): string[] =>
  app.heard
    .filter(({ data }) => (data.object as { id?: string }).id === id)
    .map(({ type }) => type);

const deliver = async (body: object): Promise<Delivery[]> =>
  (await app.control<{ deliveries: Delivery[] }>('POST', 'webhooks/deliver', body)).deliveries;

/** A customer with a life, of which three events tell. */
async function customer(): Promise<{ id: string; events: string[] }> {
  const { id } = await stripe.customers.create({});
  await stripe.customers.update(id, { name: 'Ada' });
  await stripe.customers.del(id);
  const { data } = await stripe.events.list({ types: ['customer.*'], limit: 3 });
  return { id, events: data.map((event) => event.id).reverse() };
}

const inOrder = ['customer.created', 'customer.updated', 'customer.deleted'];

describe('a webhook', () => {
  it('is signed, in order, and a snapshot of what was', async () => {
    const { id } = await customer();
    await app.hears('customer.deleted', id);
    expect(heardOf(id)).toEqual(inOrder);
    const created = await app.hears('customer.created', id);
    expect(created).toMatchObject({
      object: 'event',
      api_version: '2026-10-28.endive',
      livemode: false,
      data: { object: { name: null } },
      request: { id: expect.stringMatching(/^req_/), idempotency_key: expect.any(String) },
    });
    const updated = await app.hears('customer.updated', id);
    expect(updated.data.previous_attributes).toMatchObject({ name: null });
  });

  it('is sent again until it is taken, and listed as not delivered until then', async () => {
    app.refuseNext = 2;
    const { id } = await stripe.customers.create({});
    const undelivered = async () =>
      (await stripe.events.list({ type: 'customer.created', delivery_success: false })).data;
    await eventually(async () => expect(await undelivered()).not.toEqual([]));
    await app.hears('customer.created', id);
    await eventually(async () => expect(await undelivered()).toEqual([]));
  });

  it('is held, and delivered in any order and as often as is asked for', async () => {
    await policy({ hold: true });
    const { id, events } = await customer();
    const [first = '', second = '', third = ''] = events;
    const answers = await deliver({ events: [third, first, first] });
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(heardOf(id)).toEqual(['customer.deleted', 'customer.created', 'customer.created']);
    await policy({});
    await eventually(() => expect(heardOf(id)).toHaveLength(4));
    expect(heardOf(id).at(-1)).toBe('customer.updated');
    await deliver({ events: [second] });
    expect(heardOf(id)).toHaveLength(5);
  });

  it('comes twice, in the wrong order, late, or not at all, where that is asked for', async () => {
    await policy({ duplicate: true });
    const twice = await stripe.customers.create({});
    await eventually(() => expect(heardOf(twice.id)).toHaveLength(2));
    await policy({ reorder: true, types: ['customer.created', 'customer.updated'] });
    const swapped = await customer();
    await eventually(() => expect(heardOf(swapped.id)).toHaveLength(3));
    expect(heardOf(swapped.id).filter((type) => type !== 'customer.deleted')).toEqual([
      'customer.updated',
      'customer.created',
    ]);
    await policy({ delayMs: 300 });
    const late = await stripe.customers.create({});
    expect(heardOf(late.id)).toEqual([]);
    await app.hears('customer.created', late.id);
    await policy({ drop: true, types: ['customer.updated'] });
    const dropped = await customer();
    await app.hears('customer.deleted', dropped.id);
    expect(heardOf(dropped.id)).toEqual(['customer.created', 'customer.deleted']);
  });

  it('can be forged, in which case the SDK does not believe it', async () => {
    const { events } = await customer();
    for (const signature of ['wrong-secret', 'stale', 'missing']) {
      const [answer] = await deliver({ events: [events[0]], signature });
      expect(answer?.status).toBe(400);
    }
    expect(app.forgeries).toBe(3);
    await deliver({ events: [events[0]], over: { livemode: true } });
    expect(app.heard.at(-1)).toMatchObject({ id: events[0], livemode: true });
  });
});
