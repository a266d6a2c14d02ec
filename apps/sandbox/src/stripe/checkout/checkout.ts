import type { Stripe } from 'stripe';
import { idOf } from '../core/ids.js';
import type { StripeCore } from '../core/stripe-core.js';
import type { Customers } from '../customers/customers.js';
import { authenticationUrl, checkoutUrl } from '../pages/urls.js';
import type { PaymentIntents } from '../payments/payment-intents.js';
import type { PaymentMethods } from '../payments/payment-methods.js';
import type { SetupIntents } from '../payments/setup-intents.js';
import type { TestCard } from '../payments/test-cards.js';
import { taxSession, takeInvoice } from '../taxes/session-tax.js';
import { taxAddress } from '../taxes/taxes.js';
import { invalidRequest } from '../wire/stripe-error.js';
import type { Invoices } from '../invoicing/invoices.js';
import type { InvoiceItems } from '../invoicing/invoice-items.js';
import type { SessionPlan } from '../core/stripe-state.js';
import type { ItemParam, Items } from '../subscriptions/items.js';
import type { Subscriptions } from '../subscriptions/subscriptions.js';
import type { Sessions } from './sessions.js';

/** What somebody fills in on the page. */
export interface Payer {
  card: TestCard;
  expMonth: number;
  expYear: number;
  email: string;
  name: string;
  /** In a way that takes days, which the card stands for here; of a payment alone. */
  isDelayed?: boolean;
}

/** What is sold or kept on the page. */
interface Products {
  customers: Customers;
  invoiceItems: InvoiceItems;
  invoices: Invoices;
  items: Items;
  methods: PaymentMethods;
  payments: PaymentIntents;
  setups: SetupIntents;
  subscriptions: Subscriptions;
}

/** What happens once somebody pays on the page. */
export class Checkout {
  constructor(
    private readonly core: StripeCore,
    readonly sessions: Sessions,
    private readonly products: Products,
  ) {
    products.invoices.whenPaid((invoice) => this.completeBy(invoice));
  }

  /** A session that is there to be paid. */
  openSession(id: string): Stripe.Checkout.Session {
    this.sessions.expireDue();
    const session = this.core.state.get('checkout.session', id);
    if (session.status === 'open') return session;
    throw invalidRequest(`This Checkout Session has a status of ${session.status}.`);
  }

  /** Throws 402 where the card is declined: the session stays open. Resolves to whether all is done. */
  pay(session: Stripe.Checkout.Session, payer: Payer): boolean {
    session.customer = this.customerOf(session, payer);
    if (session.automatic_tax.enabled) this.tax(session);
    session.customer_details = {
      address: session.automatic_tax.enabled ? taxAddress : null,
      business_name: null,
      email: payer.email,
      individual_name: null,
      name: payer.name,
      phone: null,
      tax_exempt: 'none',
      tax_ids: [],
    };
    const method = this.products.methods.create(payer.card, payer);
    switch (session.mode) {
      case 'setup':
        this.setUp(session, method);
        break;
      case 'subscription':
        this.subscribe(session, method);
        break;
      default:
        if (payer.isDelayed === true) this.delay(session, method);
        else this.charge(session, method);
    }
    return session.status === 'complete';
  }

  /** The session that waits for an intent, if one does. */
  sessionOf(intent: string): Stripe.Checkout.Session | undefined {
    const { state } = this.core;
    const invoice = idOf(this.products.invoices.paymentOf(intent)?.invoice);
    return state
      .all('checkout.session')
      .find(
        (session) =>
          idOf(session.payment_intent) === intent ||
          idOf(session.setup_intent) === intent ||
          (invoice !== null && this.invoiceOf(session)?.id === invoice),
      );
  }

  /** The intent that a session waits for. */
  intentFor(
    session: Stripe.Checkout.Session,
  ): Stripe.PaymentIntent | Stripe.SetupIntent | undefined {
    const { state } = this.core;
    const invoice = this.invoiceOf(session);
    if (invoice !== undefined) {
      const payment = this.products.invoices.paymentOf(invoice.id);
      return state.find('payment_intent', idOf(payment?.payment.payment_intent) ?? '');
    }
    return (
      state.find('payment_intent', idOf(session.payment_intent) ?? '') ??
      state.find('setup_intent', idOf(session.setup_intent) ?? '')
    );
  }

  complete(session: Stripe.Checkout.Session): void {
    this.sessions.end(session, 'complete');
    if (session.mode !== 'setup') session.payment_status = 'paid';
    if (session.automatic_tax.enabled) session.automatic_tax.status = 'complete';
    this.core.announce('checkout.session.completed', session);
  }

  /** Payment methods are kept by customers: where one is needed and not there, the page makes it. */
  private customerOf(session: Stripe.Checkout.Session, { email, name }: Payer): string | null {
    const known = idOf(session.customer);
    if (known !== null) return this.core.state.get('customer', known, 'customer').id;
    const { paymentIntentData } = this.sessions.planOf(session.id);
    const isNeeded =
      session.mode === 'subscription' ||
      session.customer_creation === 'always' ||
      paymentIntentData.setup_future_usage !== undefined;
    return isNeeded ? this.products.customers.create({ email, name }).id : null;
  }

  /** Now it is known where the customer lives. */
  private tax(session: Stripe.Checkout.Session): void {
    const customer = this.core.state.find('customer', idOf(session.customer) ?? '');
    if (customer !== undefined) customer.address ??= { ...taxAddress };
    taxSession(session, this.sessions.planOf(session.id).lineItems);
  }

  private charge(session: Stripe.Checkout.Session, method: Stripe.PaymentMethod): void {
    const intent = this.intentOf(session);
    const { origin } = this.core;
    this.products.payments.confirm(intent, {
      method,
      authentication: {
        url: authenticationUrl(origin(), intent.id),
        returnUrl: checkoutUrl(origin(), session.id),
      },
    });
    if (intent.status === 'succeeded') this.complete(session);
  }

  private delay(session: Stripe.Checkout.Session, method: Stripe.PaymentMethod): void {
    this.products.payments.delay(this.intentOf(session), method);
    this.sessions.end(session, 'complete');
    this.core.announce('checkout.session.completed', session);
  }

  /** The money of a delayed payment has come, or has not. */
  settleDelayed(session: Stripe.Checkout.Session, hasSucceeded: boolean): void {
    this.products.payments.settleDelayed(this.intentOf(session), hasSucceeded);
    if (hasSucceeded) session.payment_status = 'paid';
    const outcome = hasSucceeded ? 'succeeded' : 'failed';
    this.core.announce(`checkout.session.async_payment_${outcome}`, session);
  }

  /** One intent, however often somebody tries. */
  private intentOf(session: Stripe.Checkout.Session): Stripe.PaymentIntent {
    const known = this.core.state.find('payment_intent', idOf(session.payment_intent) ?? '');
    if (known !== undefined) return known;
    const { paymentIntentData } = this.sessions.planOf(session.id);
    const intent = this.products.payments.create({
      ...paymentIntentData,
      amount: session.amount_total ?? 0,
      currency: session.currency ?? 'usd',
      customer: session.customer,
    });
    session.payment_intent = intent.id;
    return intent;
  }

  private setUp(session: Stripe.Checkout.Session, method: Stripe.PaymentMethod): void {
    const { setupIntentData } = this.sessions.planOf(session.id);
    const { origin, state } = this.core;
    const intent =
      state.find('setup_intent', idOf(session.setup_intent) ?? '') ??
      this.products.setups.create({ ...setupIntentData, customer: session.customer });
    session.setup_intent = intent.id;
    this.products.setups.confirm(intent, method, {
      url: authenticationUrl(origin(), intent.id),
      returnUrl: checkoutUrl(origin(), session.id),
    });
    if (intent.status === 'succeeded') this.complete(session);
  }

  /** One subscription, however often somebody tries to pay its first invoice. */
  private subscribe(session: Stripe.Checkout.Session, method: Stripe.PaymentMethod): void {
    const { products } = this;
    const { origin, state } = this.core;
    const plan = this.sessions.planOf(session.id);
    const subscription =
      state.find('subscription', plan.pendingSubscription ?? '') ??
      this.subscriptionOf(session, plan);
    plan.pendingSubscription = subscription.id;
    const intent = this.intentFor(session);
    const failure = products.subscriptions.pay(subscription, {
      method,
      authentication: intent && {
        url: authenticationUrl(origin(), intent.id),
        returnUrl: checkoutUrl(origin(), session.id),
      },
    });
    if (failure !== undefined) throw failure;
    if (subscription.status !== 'active') return;
    subscription.default_payment_method ??= products.methods.keep(
      method,
      idOf(subscription.customer),
    ).id;
    // An invoice of nothing was paid before the session knew of it.
    if (session.status === 'open') {
      this.completeBy(products.subscriptions.latestInvoice(subscription));
    }
  }

  /** What recurs makes the subscription; what does not is on its first invoice. */
  private subscriptionOf(
    session: Stripe.Checkout.Session,
    { lineItems, subscriptionData, anchor }: SessionPlan,
  ): Stripe.Subscription {
    const { invoiceItems, items, subscriptions } = this.products;
    const { state } = this.core;
    const customer = state.get('customer', idOf(session.customer) ?? '', 'customer');
    const recurring: ItemParam[] = [];
    for (const { price, quantity, amount_total: amount, currency, description } of lineItems) {
      if (price?.type === 'recurring') {
        recurring.push({ price: price.id, quantity: quantity ?? 1 });
        continue;
      }
      const now = this.core.nowFor(customer);
      invoiceItems.create(customer, {
        amount,
        currency,
        description,
        period: { start: now, end: now },
        price,
        quantity: quantity ?? 1,
        isProration: false,
        invoiceItem: null,
        subscription: null,
        subscriptionItem: null,
      });
    }
    return subscriptions.create({
      customer,
      items: items.changed([], recurring, 'line_items'),
      anchor,
      given: {
        ...subscriptionData,
        ...(session.automatic_tax.enabled && {
          automatic_tax: { disabled_reason: null, enabled: true, liability: { type: 'self' } },
        }),
      },
    });
  }

  private invoiceOf(session: Stripe.Checkout.Session): Stripe.Invoice | undefined {
    if (session.mode !== 'subscription') return undefined;
    const { state } = this.core;
    const { pendingSubscription } = this.sessions.planOf(session.id);
    const subscription = state.find('subscription', pendingSubscription ?? '');
    return state.find('invoice', idOf(subscription?.latest_invoice) ?? '');
  }

  /** The first invoice of a subscription is paid: so is its session. */
  private completeBy(invoice: Stripe.Invoice): void {
    if (invoice.billing_reason !== 'subscription_create') return;
    const session = this.core.state
      .all('checkout.session')
      .find((one) => one.status === 'open' && this.invoiceOf(one)?.id === invoice.id);
    if (session === undefined) return;
    session.subscription = this.sessions.planOf(session.id).pendingSubscription ?? null;
    session.invoice = invoice.id;
    takeInvoice(session, invoice);
    this.complete(session);
  }
}
