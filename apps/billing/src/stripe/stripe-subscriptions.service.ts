import { idFromUuid } from '@modelbridge/contracts';
import { Inject, Injectable } from '@nestjs/common';
import type Stripe from 'stripe';
import { stripeBounds } from './bounds.js';
import {
  accountKey,
  asking,
  failure,
  found,
  STRIPE,
  STRIPE_SETTINGS,
  taxedPage,
  type StripeSettings,
} from './client.js';
import { idOf } from './id-of.js';
import {
  isOfPeriod,
  subscriptionFacts,
  type FailedInvoice,
  type SubscriptionFacts,
} from './subscription-facts.js';
import { returnUrl } from './return-url.js';

/** How an attempt to change to a larger plan has ended: `declined` leaves nothing to pay. */
export type RaiseOutcome = 'raised' | 'declined' | 'needs_action';

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

/** One of ours that has not ended, as a list has it: without what is paid of it. */
export interface ListedSubscription {
  subscriptionId: string;
  status: string;
  priceId: string;
  startsAt: Date;
  endsAt: Date;
  cancelsAtEnd: boolean;
}

/** Of subscriptions that cannot be cancelled any more. */
const overStatuses: readonly string[] = ['canceled', 'incomplete_expired'];

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
          ...(this.settings.tax !== 'none' && { tax_behavior: this.settings.tax }),
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
          ...(settings.tax !== 'none' && taxedPage),
          customer: order.customerId,
          client_reference_id: metadata[accountKey],
          line_items: [{ price: order.priceId, quantity: 1 }],
          subscription_data: { metadata },
          metadata,
          success_url: returnUrl(settings.appUrl, order.accountId, 'plan'),
          cancel_url: returnUrl(settings.appUrl, order.accountId),
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
    if (subscription === undefined) return undefined;
    const invoices = await this.periodInvoices(subscription);
    const ofPeriod = invoices.at(-1);
    const failed = ofPeriod && (await this.failed(ofPeriod));
    return subscriptionFacts(subscription, invoices, failed, accountKey);
  }

  /**
   * What is more is invoiced and paid at once; where that fails the old price stays. An invoice that nobody can pay is
   * voided, and so is one that an earlier attempt has left, for else both could be paid.
   */
  async raise(change: PriceChange): Promise<RaiseOutcome> {
    await this.giveUpChange(change.subscriptionId);
    const raised = await asking(
      this.client.subscriptions.update(change.subscriptionId, {
        items: [{ id: change.itemId, price: change.priceId, quantity: 1 }],
        proration_behavior: 'always_invoice',
        payment_behavior: 'pending_if_incomplete',
      }),
    );
    if (raised.pending_update === null) return 'raised';
    const invoiceId = idOf(raised.latest_invoice);
    const intent = invoiceId === undefined ? undefined : await this.intentOf(invoiceId);
    if (intent?.status === 'requires_action') return 'needs_action';
    await this.giveUpChange(change.subscriptionId);
    return 'declined';
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

  /** The subscriptions of a customer that have not ended, paid or not. */
  async openOf(customerId: string): Promise<string[]> {
    const listed = await asking(
      this.client.subscriptions
        .list({ customer: customerId, limit: 100 })
        .autoPagingToArray({ limit: stripeBounds.listed }),
    );
    return listed.map(({ id }) => id);
  }

  /** All subscriptions of our accounts that have not ended, paid or not. */
  async *running(): AsyncGenerator<ListedSubscription> {
    try {
      for await (const listed of this.client.subscriptions.list({ limit: 100 })) {
        if (listed.metadata[accountKey] !== undefined) {
          yield subscriptionFacts(listed, [], undefined, accountKey);
        }
      }
    } catch (error) {
      throw failure(error);
    }
  }

  /** Ends a subscription now; nothing of it is given back. One that has ended stays so. */
  async cancelNow(subscriptionId: string): Promise<void> {
    const { subscriptions } = this.client;
    const subscription = await found(subscriptions.retrieve(subscriptionId));
    if (subscription === undefined || overStatuses.includes(subscription.status)) return;
    await asking(subscriptions.cancel(subscriptionId));
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

  /** Voids the invoice of a change that waits for its payment, by which the change is given up. */
  private async giveUpChange(subscriptionId: string): Promise<void> {
    const { pending_update: pending, latest_invoice: invoice } = await asking(
      this.client.subscriptions.retrieve(subscriptionId),
    );
    const id = idOf(invoice);
    if (pending !== null && id !== undefined) await asking(this.client.invoices.voidInvoice(id));
  }

  /** The invoice of the period that runs is the last one: those of changes within it come before. */
  private async periodInvoices({
    id,
    latest_invoice: latest,
  }: Stripe.Subscription): Promise<Stripe.Invoice[]> {
    if (latest !== null && typeof latest !== 'string' && isOfPeriod(latest)) return [latest];
    const { listed: limit } = stripeBounds;
    const invoices = this.client.invoices.list({ subscription: id, limit: 100 });
    const listed = await asking(invoices.autoPagingToArray({ limit }));
    return listed.slice(0, listed.findIndex(isOfPeriod) + 1);
  }

  private async failed(invoice: Stripe.Invoice): Promise<FailedInvoice | undefined> {
    const { id, status, attempt_count: attempts, amount_due: amountCents } = invoice;
    if (status !== 'open' || attempts === 0 || id === undefined) return undefined;
    const error = (await this.intentOf(id))?.last_payment_error;
    return { id, amountCents, code: error?.code ?? 'payment_failed' };
  }

  /** The payment by which an invoice is to be paid. */
  private async intentOf(invoiceId: string): Promise<Stripe.PaymentIntent | undefined> {
    const { data } = await asking(
      this.client.invoicePayments.list({
        invoice: invoiceId,
        limit: 1,
        expand: ['data.payment.payment_intent'],
      }),
    );
    const intent = data[0]?.payment.payment_intent;
    return typeof intent === 'object' ? intent : undefined;
  }

  /** The url of a page on which a person sees invoices, changes the card or cancels. */
  async openPortal(customerId: string): Promise<string> {
    const { client, settings } = this;
    const session = await asking(
      client.billingPortal.sessions.create({
        customer: customerId,
        return_url: returnUrl(settings.appUrl),
      }),
    );
    return session.url;
  }
}
