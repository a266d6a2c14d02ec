import { idFromUuid } from '@modelbridge/contracts';
import { RpcError } from '@modelbridge/service-kit/grpc';
import { Inject, Injectable } from '@nestjs/common';
import type Stripe from 'stripe';
import type { PaymentFacts } from './payment-facts.js';
import { stripeBounds } from './bounds.js';
import {
  accountKey,
  asking,
  failure,
  found,
  rechargeKey,
  refundRequestKey,
  secondsOf,
  STRIPE,
  STRIPE_SETTINGS,
  taxedKey,
  taxedPage,
  type StripeSettings,
} from './client.js';
import { disputeFacts, paymentFacts, refundFacts } from './facts.js';
import { idOf } from './id-of.js';
import { returnUrl } from './return-url.js';

/** What is read of an event: what has changed is asked of Stripe, not taken from it. */
export interface StripeEvent {
  id: string;
  type: string;
  createdAt: Date;
  object: Record<string, unknown>;
}

export interface CheckoutSession {
  sessionId: string;
  /** A page of Stripe's on which a person pays; undefined once the session is over. */
  url: string | undefined;
  state: 'open' | 'complete' | 'expired';
  paymentIntentId: string | undefined;
  /** The page is over and its payment has failed since: some ways to pay take days. */
  failure: { amountCents: number; code: string } | undefined;
  expiresAt: Date;
}

/** Stripe, as the rest of the service knows it. */
@Injectable()
export class StripeService {
  private readonly isLive: boolean;

  constructor(
    @Inject(STRIPE) private readonly client: Stripe,
    @Inject(STRIPE_SETTINGS) private readonly settings: StripeSettings,
  ) {
    this.isLive = settings.secretKey.includes('_live_');
  }

  /**
   * The event of a webhook. Throws `unauthenticated` where it is not signed by Stripe or signed too long ago, and
   * `permission_denied` where it is of another mode or another account.
   */
  event(body: Buffer, signature: string): StripeEvent {
    let event: Stripe.Event;
    try {
      event = this.client.webhooks.constructEvent(
        body,
        signature,
        this.settings.webhookSecret,
        stripeBounds.signatureAgeSeconds,
      );
    } catch {
      throw new RpcError('unauthenticated', 'the signature is wrong or too old');
    }
    if (event.livemode !== this.isLive) {
      const [here, there] = this.isLive ? ['live', 'test'] : ['test', 'live'];
      throw new RpcError(
        'permission_denied',
        `the event is of Stripe's ${there} mode, and this is its ${here} mode`,
        { field: 'body' },
      );
    }
    if (event.account !== undefined) {
      throw new RpcError('permission_denied', 'the event is of another account of Stripe', {
        field: 'body',
      });
    }
    return eventOf(event);
  }

  /** Events of these types since a time, in no order. */
  async *events(types: readonly string[], since: Date): AsyncGenerator<StripeEvent> {
    const created = { gte: secondsOf(since) };
    const { eventTypesAtOnce: atOnce } = stripeBounds;
    try {
      for (let from = 0; from < types.length; from += atOnce) {
        const query = { types: types.slice(from, from + atOnce), created, limit: 100 };
        for await (const event of this.client.events.list(query)) yield eventOf(event);
      }
    } catch (error) {
      throw failure(error);
    }
  }

  /** The account's customer: the same for every call. */
  async createCustomer(accountId: string): Promise<string> {
    const account = idFromUuid('account', accountId);
    const customer = await asking(
      this.client.customers.create(
        { metadata: { [accountKey]: account } },
        { idempotencyKey: `customer:${account}` },
      ),
    );
    return customer.id;
  }

  /** Opens a page on which a person pays this into the account. The same key answers with the same page. */
  async openTopUp(topUp: {
    accountId: string;
    customerId: string;
    amountCents: number;
    savesCard: boolean;
    idempotencyKey: string;
  }): Promise<CheckoutSession> {
    const { tax } = this.settings;
    const isTaxed = tax !== 'none';
    const metadata = { [accountKey]: idFromUuid('account', topUp.accountId) };
    const session = await asking(
      this.client.checkout.sessions.create(
        {
          mode: 'payment',
          ...(isTaxed && taxedPage),
          customer: topUp.customerId,
          client_reference_id: metadata[accountKey],
          line_items: [
            {
              quantity: 1,
              price_data: {
                currency: 'usd',
                unit_amount: topUp.amountCents,
                ...(isTaxed && { tax_behavior: tax }),
                product_data: { name: 'ModelBridge balance' },
              },
            },
          ],
          payment_intent_data: {
            metadata: { ...metadata, ...(isTaxed && { [taxedKey]: tax }) },
            ...(topUp.savesCard && { setup_future_usage: 'off_session' }),
          },
          metadata,
          success_url: returnUrl(this.settings.appUrl, topUp.accountId, 'top_up'),
          cancel_url: returnUrl(this.settings.appUrl, topUp.accountId),
        },
        { idempotencyKey: topUp.idempotencyKey },
      ),
    );
    return sessionOf(session);
  }

  /** Undefined where there is no such session in our account of Stripe. */
  async session(sessionId: string): Promise<CheckoutSession | undefined> {
    const session = await found(
      this.client.checkout.sessions.retrieve(sessionId, { expand: ['payment_intent'] }),
    );
    return session && sessionOf(session);
  }

  /** A payment as it stands; undefined where it has not succeeded, or there is none in our account of Stripe. */
  async payment(intentId: string): Promise<PaymentFacts | undefined> {
    const intent = await found(
      this.client.paymentIntents.retrieve(intentId, { expand: ['latest_charge'] }),
    );
    if (intent === undefined || intent.status !== 'succeeded') return undefined;
    const limit = stripeBounds.listed;
    const query = { payment_intent: intentId, limit: 100 };
    const [refunds, disputes] = await asking(
      Promise.all([
        this.client.refunds.list(query).autoPagingToArray({ limit }),
        this.client.disputes.list(query).autoPagingToArray({ limit }),
      ]),
    );
    const paid = paymentFacts(intent, accountKey, rechargeKey);
    const invoice = paid.accountId === undefined ? await this.invoiceOf(intentId) : undefined;
    const isTaxed = intent.metadata[taxedKey] !== undefined;
    const tax = isTaxed ? await this.taxOfPage(intentId) : (invoice?.taxCents ?? 0);
    return {
      ...paid,
      invoice: invoice && { id: invoice.id, subscriptionId: invoice.subscriptionId },
      // A customer's balance at Stripe may have paid a part of an invoice.
      taxCents: Math.max(0, Math.min(tax, paid.amountCents)),
      refunds: refunds.map((refund) => refundFacts(refund, refundRequestKey)),
      disputes: disputes.map(disputeFacts),
    };
  }

  private async taxOfPage(intentId: string): Promise<number> {
    const { sessions } = this.client.checkout;
    const { data } = await asking(sessions.list({ payment_intent: intentId, limit: 1 }));
    const tax = data[0]?.total_details?.amount_tax;
    if (tax === undefined) throw new Error(`${intentId} is taxed, and no page tells how much`);
    return tax;
  }

  private async invoiceOf(
    intentId: string,
  ): Promise<(NonNullable<PaymentFacts['invoice']> & { taxCents: number }) | undefined> {
    const payment = { type: 'payment_intent', payment_intent: intentId } as const;
    const { data } = await asking(this.client.invoicePayments.list({ payment, limit: 1 }));
    const id = idOf(data[0]?.invoice);
    if (id === undefined) return undefined;
    const { parent, total_taxes: taxes } = await asking(this.client.invoices.retrieve(id));
    return {
      id,
      subscriptionId: idOf(parent?.subscription_details?.subscription),
      taxCents: (taxes ?? []).reduce((sum, { amount }) => sum + amount, 0),
    };
  }
}

function eventOf({ id, type, created, data }: Stripe.Event): StripeEvent {
  const createdAt = new Date(created * 1_000);
  return { id, type, createdAt, object: data.object as unknown as Record<string, unknown> };
}

function sessionOf(session: Stripe.Checkout.Session): CheckoutSession {
  return {
    sessionId: session.id,
    url: session.url ?? undefined,
    state: stateOf(session.status),
    paymentIntentId: idOf(session.payment_intent),
    failure: failureOf(session),
    expiresAt: new Date(session.expires_at * 1_000),
  };
}

function failureOf({
  status,
  payment_intent: intent,
}: Stripe.Checkout.Session): CheckoutSession['failure'] {
  if (status !== 'complete' || intent === null || typeof intent === 'string') return undefined;
  if (intent.status !== 'requires_payment_method' && intent.status !== 'canceled') return undefined;
  const code = intent.last_payment_error?.code ?? 'payment_failed';
  return { amountCents: intent.amount, code };
}

function stateOf(status: Stripe.Checkout.Session.Status | null): CheckoutSession['state'] {
  if (status === 'complete') return 'complete';
  return status === 'expired' ? 'expired' : 'open';
}
