import { expect } from '@jest/globals';
import type { Stripe } from 'stripe';
import type { StripeApp } from './stripe-app.js';

export const daySeconds = 86_400;
export const at = (iso: string): number => Date.parse(`${iso}T00:00:00Z`) / 1_000;
export const january = at('2027-01-01');

export interface Subscriber {
  clock: string;
  customer: string;
  method: string;
}

/** People with plans, on clocks of their own. */
export class Subscribers {
  private readonly stripe: Stripe;

  constructor(app: StripeApp) {
    this.stripe = app.stripe;
  }

  price(name: string, unit_amount: number, interval: 'month' | 'year'): Promise<Stripe.Price> {
    return this.stripe.prices.create({
      currency: 'usd',
      unit_amount,
      recurring: { interval },
      product_data: { name },
    });
  }

  /** Somebody whose card is the one that is charged. */
  async one(card = 'visa', frozen_time = january): Promise<Subscriber> {
    const { stripe } = this;
    const { id: clock } = await stripe.testHelpers.testClocks.create({ frozen_time });
    const { id: customer } = await stripe.customers.create({ test_clock: clock });
    const { id: method } = await stripe.paymentMethods.attach(`pm_card_${card}`, { customer });
    await stripe.customers.update(customer, {
      invoice_settings: { default_payment_method: method },
    });
    return { clock, customer, method };
  }

  subscribe({ customer }: Subscriber, { id: price }: Stripe.Price): Promise<Stripe.Subscription> {
    return this.stripe.subscriptions.create({ customer, items: [{ price }] });
  }

  /** In steps that Stripe allows. */
  async advance({ clock }: Subscriber, to: number): Promise<void> {
    const { testClocks } = this.stripe.testHelpers;
    let { frozen_time: now } = await testClocks.retrieve(clock);
    while (now < to) {
      now = Math.min(to, now + 31 * daySeconds);
      const moving = await testClocks.advance(clock, { frozen_time: now });
      expect(moving.status).toBe('advancing');
      expect((await testClocks.retrieve(clock)).status).toBe('ready');
    }
  }

  /** Why each was made, what it came to, and what became of it. */
  async invoices(customer: string): Promise<[string, number, string][]> {
    const { data } = await this.stripe.invoices.list({ customer, limit: 100 });
    return data
      .map(({ billing_reason: reason, total, status }): [string, number, string] => [
        reason ?? '',
        total,
        status ?? '',
      ])
      .reverse();
  }
}

export const itemOf = ({ items }: Stripe.Subscription): string => items.data[0]?.id ?? '';
export const endOf = ({ items }: Stripe.Subscription): number =>
  items.data[0]?.current_period_end ?? 0;
