import { Inject, Injectable } from '@nestjs/common';
import type Stripe from 'stripe';
import { found, STRIPE } from './client.js';

/** Who accounts are at Stripe. */
@Injectable()
export class StripeCustomers {
  constructor(@Inject(STRIPE) private readonly client: Stripe) {}

  /** Has Stripe forget a customer, its cards and subscriptions included; nothing where it has already. */
  async delete(customerId: string): Promise<void> {
    await found(this.client.customers.del(customerId));
  }
}
