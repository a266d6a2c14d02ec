import { idFromUuid } from '@modelbridge/contracts';
import { Inject, Injectable } from '@nestjs/common';
import type Stripe from 'stripe';
import {
  accountKey,
  asking,
  found,
  STRIPE,
  STRIPE_SETTINGS,
  type StripeSettings,
} from './client.js';
import { subscriptionFacts, type SubscriptionFacts } from './subscription-facts.js';

export interface PlanProduct {
  /** Tells the version of the plan, at Stripe too. */
  lookupKey: string;
  name: string;
  amountCents: number;
}

export interface PriceChange {
  subscriptionId: string;
  itemId: string;
  priceId: string;
}

/** Stripe's part in plans that are paid by the month. */
@Injectable()
export class StripeSubscriptions {
  constructor(
    @Inject(STRIPE) private readonly client: Stripe,
    @Inject(STRIPE_SETTINGS) private readonly settings: StripeSettings,
  ) {}

  /** The id of a price by the month, made where there is none: the same for every call. */
  async price({ lookupKey, name, amountCents }: PlanProduct): Promise<string> {
    const { prices } = this.client;
    const listed = await asking(prices.list({ lookup_keys: [lookupKey], limit: 1 }));
    const [known] = listed.data;
    if (known !== undefined) return known.id;
    const price = await asking(
      prices.create(
        {
          currency: 'usd',
          unit_amount: amountCents,
          recurring: { interval: 'month' },
          lookup_key: lookupKey,
          product_data: { name },
        },
        { idempotencyKey: `price:${lookupKey}` },
      ),
    );
    return price.id;
  }

  /** Opens a page on which a person subscribes; its url is undefined once it is over. */
  async openCheckout(order: {
    accountId: string;
    customerId: string;
    priceId: string;
    idempotencyKey: string;
  }): Promise<{ sessionId: string; url: string | undefined; expiresAt: Date }> {
    const { client, settings } = this;
    const metadata = { [accountKey]: idFromUuid('account', order.accountId) };
    const session = await asking(
      client.checkout.sessions.create(
        {
          mode: 'subscription',
          customer: order.customerId,
          client_reference_id: metadata[accountKey],
          line_items: [{ price: order.priceId, quantity: 1 }],
          subscription_data: { metadata },
          metadata,
          success_url: `${settings.appUrl}/billing?plan={CHECKOUT_SESSION_ID}`,
          cancel_url: `${settings.appUrl}/billing`,
        },
        { idempotencyKey: order.idempotencyKey },
      ),
    );
    const { id: sessionId, url, expires_at: expires } = session;
    return { sessionId, url: url ?? undefined, expiresAt: new Date(expires * 1_000) };
  }

  /** Undefined where there is no such subscription in our account of Stripe. */
  async find(subscriptionId: string): Promise<SubscriptionFacts | undefined> {
    const subscription = await found(
      this.client.subscriptions.retrieve(subscriptionId, { expand: ['latest_invoice'] }),
    );
    return subscription && subscriptionFacts(subscription, accountKey);
  }

  /** What is more is invoiced and paid at once; where that fails the old price stays. */
  async raise(change: PriceChange): Promise<void> {
    await asking(
      this.client.subscriptions.update(change.subscriptionId, {
        items: [{ id: change.itemId, price: change.priceId, quantity: 1 }],
        proration_behavior: 'always_invoice',
        payment_behavior: 'pending_if_incomplete',
      }),
    );
  }

  /** The next period costs this; nothing is given back of the one that runs. */
  async setNextPrice(change: PriceChange): Promise<void> {
    await asking(
      this.client.subscriptions.update(change.subscriptionId, {
        items: [{ id: change.itemId, price: change.priceId, quantity: 1 }],
        proration_behavior: 'none',
      }),
    );
  }

  async cancelAtEnd(subscriptionId: string, isWanted: boolean): Promise<void> {
    await asking(
      this.client.subscriptions.update(subscriptionId, { cancel_at_period_end: isWanted }),
    );
  }

  /** Cents that are due at once for a larger plan. */
  async previewRaise({ subscriptionId, itemId, priceId }: PriceChange): Promise<number> {
    const invoice = await asking(
      this.client.invoices.createPreview({
        subscription: subscriptionId,
        subscription_details: {
          items: [{ id: itemId, price: priceId, quantity: 1 }],
          proration_behavior: 'always_invoice',
        },
      }),
    );
    return invoice.amount_due;
  }

  /** The url of a page on which a person sees invoices, changes the card or cancels. */
  async openPortal(customerId: string): Promise<string> {
    const { client, settings } = this;
    const session = await asking(
      client.billingPortal.sessions.create({
        customer: customerId,
        return_url: `${settings.appUrl}/billing`,
      }),
    );
    return session.url;
  }
}
