import { Inject, Injectable } from '@nestjs/common';
import type Stripe from 'stripe';
import { asking, failure, secondsOf, STRIPE } from './client.js';
import { idOf } from './id-of.js';

/** Money that moved at Stripe. */
export interface Movement {
  id: string;
  /** The charge, refund or dispute for which it moved. */
  sourceId: string;
  /** Below zero for what left. */
  amountCents: number;
}

/** How money has moved at Stripe. */
@Injectable()
export class StripeMovements {
  constructor(@Inject(STRIPE) private readonly client: Stripe) {}

  /** What moved for payments in a span of time, fees and payouts not counted. */
  async *between(from: Date, until: Date): AsyncGenerator<Movement> {
    const created = { gte: secondsOf(from), lt: secondsOf(until) };
    try {
      const listed = this.client.balanceTransactions.list({ created, limit: 100 });
      for await (const { id, source, amount } of listed) {
        const sourceId = idOf(source);
        if (sourceId !== undefined && /^(ch|py|re|pyr|dp|du)_/.test(sourceId)) {
          yield { id, sourceId, amountCents: amount };
        }
      }
    } catch (error) {
      throw failure(error);
    }
  }

  /** The payment for which money moved; undefined where it moved for none. */
  async intentOf(movementId: string): Promise<string | undefined> {
    const { source } = await asking(
      this.client.balanceTransactions.retrieve(movementId, { expand: ['source'] }),
    );
    if (source === null || typeof source === 'string' || !('payment_intent' in source)) {
      return undefined;
    }
    return idOf(source.payment_intent);
  }
}
