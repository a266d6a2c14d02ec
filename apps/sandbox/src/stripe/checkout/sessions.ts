import type { Stripe } from 'stripe';
import type { Catalog } from '../catalog/catalog.js';
import { priceAmount } from '../catalog/price-amount.js';
import { idOf, newId } from '../core/ids.js';
import type { StripeCore } from '../core/stripe-core.js';
import type { SessionPlan } from '../core/stripe-state.js';
import { checkoutUrl } from '../pages/urls.js';
import { amountRefusal } from '../payments/amounts.js';
import { mergedMetadata } from '../wire/params.js';
import { invalidRequest, parameterMissing } from '../wire/stripe-error.js';
import { part } from '../subscriptions/lines.js';
import { wholePeriod } from '../subscriptions/period.js';
import { anchorOf } from '../subscriptions/subscription-calls.js';
import { checkAnchor } from '../subscriptions/subscriptions.js';
import { lineItemObject, sessionObject } from './session-object.js';
import type { SessionParams } from './session-params.js';

const minuteSeconds = 60;
const daySeconds = 24 * 60 * minuteSeconds;

/** Visits to Checkout: made by the API, paid on the page, expired if nobody pays. */
export class Sessions {
  constructor(
    private readonly core: StripeCore,
    private readonly catalog: Catalog,
  ) {}

  create(given: SessionParams): Stripe.Checkout.Session {
    const { core } = this;
    const created = core.now();
    this.check(given);
    const expiresAt = expiry(given.expires_at, created);
    const lineItems = (given.line_items ?? []).map((item, index) =>
      this.shortened(this.lineItem(item, index), given),
    );
    const currency = lineItems[0]?.currency ?? given.currency ?? null;
    const amount = lineItems.reduce((sum, item) => sum + item.amount_total, 0);
    this.checkItems(given, lineItems, amount);
    const id = core.idFor('checkout.session');
    const session = sessionObject(id, created, {
      amount_subtotal: given.mode === 'setup' ? null : amount,
      amount_total: given.mode === 'setup' ? null : amount,
      billing_address_collection: given.billing_address_collection ?? null,
      cancel_url: given.cancel_url ?? null,
      client_reference_id: given.client_reference_id ?? null,
      currency,
      customer: given.customer ?? null,
      customer_creation:
        given.mode === 'payment' && given.customer === undefined
          ? (given.customer_creation ?? 'if_required')
          : null,
      customer_email: given.customer_email ?? null,
      expires_at: expiresAt,
      isTaxed: given.automatic_tax?.enabled ?? false,
      locale: given.locale ?? null,
      metadata: mergedMetadata({}, given.metadata),
      mode: given.mode,
      submit_type: given.submit_type ?? null,
      success_url: given.success_url,
      url: checkoutUrl(core.origin(), id),
    });
    core.state.sessionPlans.set(id, planOf(given, lineItems));
    return core.state.add('checkout.session', session);
  }

  expire(id: string): Stripe.Checkout.Session {
    const session = this.core.state.get('checkout.session', id);
    if (session.status !== 'open') {
      throw invalidRequest(
        `Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a status of ${session.status}.`,
      );
    }
    this.end(session, 'expired');
    this.core.announce('checkout.session.expired', session);
    return session;
  }

  /** Ends what nobody has paid in time. */
  expireDue(): void {
    const now = this.core.now();
    for (const session of this.core.state.each('checkout.session')) {
      if (session.status === 'open' && session.expires_at <= now) {
        this.core.run(() => this.expire(session.id));
      }
    }
  }

  end(session: Stripe.Checkout.Session, status: 'complete' | 'expired'): void {
    session.status = status;
    session.url = null;
  }

  planOf(id: string): SessionPlan {
    const plan = this.core.state.sessionPlans.get(id);
    if (plan === undefined) throw new Error(`nothing is known of what ${id} is for`);
    return plan;
  }

  private check(given: SessionParams): void {
    const { customer, customer_email: email, mode } = given;
    if (customer !== undefined) this.core.state.get('customer', customer, 'customer');
    if (customer !== undefined && email !== undefined) {
      throw invalidRequest(
        'You may only specify one of these parameters: customer, customer_email.',
        { param: 'customer_email' },
      );
    }
    const { customer_update: update, automatic_tax: tax } = given;
    const known = customer && this.core.state.get('customer', customer, 'customer').address;
    if (tax?.enabled && customer !== undefined && !known && update?.address !== 'auto') {
      throw invalidRequest(
        "Automatic tax calculation in Checkout requires a valid address on the Customer. Add a valid address to the Customer or set either `customer_update[address]` to 'auto' or `customer_update[shipping]` to 'auto' to save the address entered in Checkout to the Customer.",
        { code: 'customer_tax_location_invalid', param: 'automatic_tax' },
      );
    }
    const only = (name: keyof SessionParams, of: SessionParams['mode']): void => {
      if (given[name] === undefined || mode === of) return;
      throw invalidRequest(`You can not pass \`${name}\` in \`${mode}\` mode.`, { param: name });
    };
    only('payment_intent_data', 'payment');
    only('customer_creation', 'payment');
    only('setup_intent_data', 'setup');
    only('subscription_data', 'subscription');
    if (mode === 'setup' && given.line_items !== undefined) {
      throw invalidRequest('You can not pass `line_items` in `setup` mode.', {
        param: 'line_items',
      });
    }
  }

  private checkItems(given: SessionParams, items: Stripe.LineItem[], amount: number): void {
    if (given.mode === 'setup') return;
    const [first] = items;
    if (first === undefined) throw parameterMissing('line_items');
    if (items.some(({ currency }) => currency !== first.currency)) {
      throw invalidRequest('All line items must have the same currency.', { param: 'line_items' });
    }
    const recurring = items.some(({ price }) => price?.type === 'recurring');
    if (recurring && given.mode === 'payment') {
      throw invalidRequest(
        'You specified `payment` mode but passed a recurring price. Either switch to `subscription` mode or use only one-time prices.',
        { param: 'line_items' },
      );
    }
    if (!recurring && given.mode === 'subscription') {
      throw invalidRequest(
        'You must provide at least one recurring price in `subscription` mode when using prices.',
        { param: 'line_items' },
      );
    }
    const words = {
      tooSmall: "The Checkout Session's total amount due must add up to",
      param: 'line_items',
    };
    const refusal =
      given.mode === 'payment' ? amountRefusal(amount, first.currency, words) : undefined;
    if (refusal !== undefined) throw refusal;
  }

  /** Where the first period is shorter, less is due today. */
  private shortened(item: Stripe.LineItem, given: SessionParams): Stripe.LineItem {
    const anchor = anchorOf(given.subscription_data ?? {});
    const recurring = item.price?.recurring;
    if (anchor === undefined || !recurring) return item;
    const now = this.core.nowFor(given.customer ?? null);
    checkAnchor(anchor.at, now, recurring);
    const whole = wholePeriod(anchor.at, anchor.at, recurring);
    const amount = anchor.isProrated ? part(item.amount_total, whole, now) : 0;
    return { ...item, amount_subtotal: amount, amount_total: amount };
  }

  private lineItem(
    { price: id, price_data: data, quantity }: NonNullable<SessionParams['line_items']>[number],
    index: number,
  ): Stripe.LineItem {
    const { state } = this.core;
    const at = `line_items[${index}]`;
    if (id === undefined && data === undefined) throw parameterMissing(`${at}[price]`);
    if (quantity === undefined) throw parameterMissing(`${at}[quantity]`);
    const price =
      id === undefined
        ? this.catalog.createPrice(data ?? { currency: '' }, `${at}[price_data]`)
        : state.get('price', id, `${at}[price]`);
    const product = state.get('product', idOf(price.product));
    const amount = priceAmount(price, quantity);
    return lineItemObject(newId('li'), price, quantity, { amount, description: product.name });
  }
}

function expiry(given: number | undefined, created: number): number {
  const expiresAt = given ?? created + daySeconds;
  const param = 'expires_at';
  if (expiresAt < created + 30 * minuteSeconds) {
    throw invalidRequest(
      'The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation.',
      { param },
    );
  }
  if (expiresAt > created + daySeconds) {
    throw invalidRequest(
      'The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.',
      { param },
    );
  }
  return expiresAt;
}

function planOf(given: SessionParams, lineItems: Stripe.LineItem[]): SessionPlan {
  const { metadata: ofPayment, capture_method: _, ...payment } = given.payment_intent_data ?? {};
  const { metadata: ofSetup, ...setup } = given.setup_intent_data ?? {};
  const { metadata: ofSubscription, description } = given.subscription_data ?? {};
  return {
    lineItems,
    paymentIntentData: { ...payment, metadata: mergedMetadata({}, ofPayment) },
    setupIntentData: { ...setup, metadata: mergedMetadata({}, ofSetup) },
    subscriptionData: { description, metadata: mergedMetadata({}, ofSubscription) },
    anchor: anchorOf(given.subscription_data ?? {}),
  };
}
