import { Inject, Injectable } from '@nestjs/common';
import type Stripe from 'stripe';
import { stripeBounds } from './bounds.js';
import { asking, STRIPE } from './client.js';

/** Pages of Stripe's that people have open. */
@Injectable()
export class StripeCheckouts {
  constructor(@Inject(STRIPE) private readonly client: Stripe) {}

  /** Ends every page of a customer that is open: nobody can pay there any more. */
  async expireAll(customerId: string): Promise<void> {
    const { sessions } = this.client.checkout;
    const open = await asking(
      sessions
        .list({ customer: customerId, status: 'open', limit: 100 })
        .autoPagingToArray({ limit: stripeBounds.listed }),
    );
    for (const { id } of open) await asking(sessions.expire(id));
  }
}
