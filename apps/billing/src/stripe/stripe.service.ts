import { idFromUuid } from '@modelbridge/contracts';
import { RpcError } from '@modelbridge/service-kit/grpc';
import { Injectable } from '@nestjs/common';
import Stripe from 'stripe';
import type { PaymentFacts } from './payment-facts.js';
import { stripeBounds } from './bounds.js';
import { disputeFacts, paymentFacts, refundFacts } from './facts.js';
import { idOf } from './id-of.js';

export interface StripeSettings {
  secretKey: string;
  webhookSecret: string;
  apiBase: string;
  /** Origin of the web app, to which people come back. */
  appUrl: string;
}

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
  expiresAt: Date;
}

/** Money that moved at Stripe. */
export interface Movement {
  id: string;
  /** The charge, refund or dispute for which it moved. */
  sourceId: string;
  /** Below zero for what left. */
  amountCents: number;
}

/** Stripe has refused for a reason that no repetition changes. */
export class StripeRefusal extends Error {
  override readonly name = 'StripeRefusal';

  constructor(
    readonly code: string,
    cause: unknown,
  ) {
    super(`Stripe refuses: ${code}`, { cause });
  }
}

/** Where an account's metadata says whose it is. */
const accountKey = 'modelbridge_account';
/** Where a payment's metadata says which recharge it answers. */
const rechargeKey = 'modelbridge_recharge';
/** Where a refund's metadata says which request it answers. */
const refundRequestKey = 'modelbridge_refund_request';

/** Stripe, as the rest of the service knows it. */
@Injectable()
export class StripeService {
  private readonly client: Stripe;
  private readonly isLive: boolean;

  constructor(private readonly settings: StripeSettings) {
    const { protocol, hostname, port } = new URL(settings.apiBase);
    this.isLive = settings.secretKey.includes('_live_');
    this.client = new Stripe(settings.secretKey, {
      protocol: protocol === 'http:' ? 'http' : 'https',
      host: hostname,
      port: port === '' ? undefined : port,
      timeout: stripeBounds.timeoutMs,
      maxNetworkRetries: stripeBounds.retries,
      telemetry: false,
      appInfo: { name: 'ModelBridge' },
    });
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

  /** Events of these types since a time, the newest first. */
  async *events(types: string[], since: Date): AsyncGenerator<StripeEvent> {
    const created = { gte: secondsOf(since) };
    try {
      for await (const event of this.client.events.list({ types, created, limit: 100 })) {
        yield eventOf(event);
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
    const metadata = { [accountKey]: idFromUuid('account', topUp.accountId) };
    const session = await asking(
      this.client.checkout.sessions.create(
        {
          mode: 'payment',
          customer: topUp.customerId,
          client_reference_id: metadata[accountKey],
          line_items: [
            {
              quantity: 1,
              price_data: {
                currency: 'usd',
                unit_amount: topUp.amountCents,
                product_data: { name: 'ModelBridge balance' },
              },
            },
          ],
          payment_intent_data: {
            metadata,
            ...(topUp.savesCard && { setup_future_usage: 'off_session' }),
          },
          metadata,
          success_url: `${this.settings.appUrl}/billing?top_up={CHECKOUT_SESSION_ID}`,
          cancel_url: `${this.settings.appUrl}/billing`,
        },
        { idempotencyKey: topUp.idempotencyKey },
      ),
    );
    return sessionOf(session);
  }

  /** Undefined where there is no such session in our account of Stripe. */
  async session(sessionId: string): Promise<CheckoutSession | undefined> {
    const session = await found(this.client.checkout.sessions.retrieve(sessionId));
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
    return {
      ...paymentFacts(intent, accountKey, rechargeKey),
      refunds: refunds.map((refund) => refundFacts(refund, refundRequestKey)),
      disputes: disputes.map(disputeFacts),
    };
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

  /** What moved for payments in a span of time, fees and payouts not counted. */
  async *movements(from: Date, until: Date): AsyncGenerator<Movement> {
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

function secondsOf(time: Date): number {
  return Math.floor(time.getTime() / 1_000);
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
    expiresAt: new Date(session.expires_at * 1_000),
  };
}

function stateOf(status: Stripe.Checkout.Session.Status | null): CheckoutSession['state'] {
  if (status === 'complete') return 'complete';
  return status === 'expired' ? 'expired' : 'open';
}

/** Awaits an answer of Stripe's; throws StripeRefusal, or `unavailable` for what may pass. */
async function asking<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw failure(error);
  }
}

async function found<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Stripe.errors.StripeError && error.code === 'resource_missing') {
      return undefined;
    }
    throw failure(error);
  }
}

function failure(error: unknown): Error {
  if (error instanceof Stripe.errors.StripeIdempotencyError && error.statusCode === 400) {
    return new RpcError('already_exists', 'this idempotency key was used with other values', {
      field: 'idempotency_key',
      cause: error,
    });
  }
  const isFinal =
    error instanceof Stripe.errors.StripeInvalidRequestError ||
    error instanceof Stripe.errors.StripeCardError;
  if (isFinal) return new StripeRefusal(error.code ?? error.type, error);
  return new RpcError('unavailable', 'Stripe does not answer: try again', { cause: error });
}
