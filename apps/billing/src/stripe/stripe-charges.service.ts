import { idFromUuid } from '@modelbridge/contracts';
import { Inject, Injectable } from '@nestjs/common';
import Stripe from 'stripe';
import { stripeBounds } from './bounds.js';
import {
  accountKey,
  asking,
  failure,
  rechargeKey,
  refundRequestKey,
  secondsOf,
  STRIPE,
  STRIPE_SETTINGS,
  StripeRefusal,
  type StripeSettings,
} from './client.js';

/** Money that billing moves at Stripe by itself: saved cards are charged, payments refunded. */
@Injectable()
export class StripeCharges {
  constructor(
    @Inject(STRIPE) private readonly client: Stripe,
    @Inject(STRIPE_SETTINGS) private readonly settings: StripeSettings,
  ) {}

  /** Nobody is there to say where they live, and so how much tax a charge has. */
  get chargesSavedCards(): boolean {
    return this.settings.tax === 'none';
  }

  /**
   * Charges a saved card without its holder, once for each recharge; the payment's id, or why the card was not
   * charged. Throws `unavailable` where it cannot be known yet.
   */
  async charge(recharge: {
    id: string;
    accountId: string;
    customerId: string;
    paymentMethodId: string;
    amountCents: number;
  }): Promise<
    { intentId: string } | { failure: 'declined' | 'needs_action' | 'failed'; code: string }
  > {
    const { id, accountId, customerId, paymentMethodId, amountCents } = recharge;
    try {
      const intent = await this.client.paymentIntents.create(
        {
          amount: amountCents,
          currency: 'usd',
          customer: customerId,
          payment_method: paymentMethodId,
          off_session: true,
          confirm: true,
          metadata: { [accountKey]: idFromUuid('account', accountId), [rechargeKey]: id },
        },
        { idempotencyKey: `recharge:${id}` },
      );
      return { intentId: intent.id };
    } catch (error) {
      if (error instanceof Stripe.errors.StripeCardError) {
        const code = error.code ?? 'card_declined';
        return { failure: code === 'authentication_required' ? 'needs_action' : 'declined', code };
      }
      const failed = failure(error);
      if (failed instanceof StripeRefusal) return { failure: 'failed', code: failed.code };
      throw failed;
    }
  }

  /** The payment that an earlier attempt of a recharge has made; undefined where there is none. */
  async chargeOf(customerId: string, rechargeId: string, since: Date): Promise<string | undefined> {
    const created = { gte: secondsOf(since) - 60 };
    const intents = await asking(
      this.client.paymentIntents
        .list({ customer: customerId, created, limit: 100 })
        .autoPagingToArray({ limit: stripeBounds.listed }),
    );
    return intents.find(({ metadata }) => metadata[rechargeKey] === rechargeId)?.id;
  }

  /** Refunds a part of a payment or all of it, once for each request; the refund's id. Throws StripeRefusal. */
  async refund(request: { id: string; intentId: string; amountCents: number }): Promise<string> {
    const { id, intentId, amountCents } = request;
    const refund = await asking(
      this.client.refunds.create(
        {
          payment_intent: intentId,
          amount: amountCents,
          reason: 'requested_by_customer',
          metadata: { [refundRequestKey]: id },
        },
        { idempotencyKey: `refund:${id}` },
      ),
    );
    return refund.id;
  }
}
