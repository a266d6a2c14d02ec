import type { Stripe } from 'stripe';
import { idOf } from '../core/ids.js';
import type { StripeCore } from '../core/stripe-core.js';
import type { Customers } from '../customers/customers.js';
import { authenticationUrl, checkoutUrl } from '../pages/urls.js';
import type { PaymentIntents } from '../payments/payment-intents.js';
import type { PaymentMethods } from '../payments/payment-methods.js';
import type { SetupIntents } from '../payments/setup-intents.js';
import type { TestCard } from '../payments/test-cards.js';
import { invalidRequest } from '../wire/stripe-error.js';
import type { Sessions } from './sessions.js';

/** What somebody fills in on the page. */
export interface Payer {
  card: TestCard;
  expMonth: number;
  expYear: number;
  email: string;
  name: string;
}

/** What happens once somebody pays on the page. */
export class Checkout {
  constructor(
    private readonly core: StripeCore,
    readonly sessions: Sessions,
    private readonly customers: Customers,
    private readonly methods: PaymentMethods,
    private readonly payments: PaymentIntents,
    private readonly setups: SetupIntents,
  ) {}

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
    session.customer_details = {
      address: null,
      business_name: null,
      email: payer.email,
      individual_name: null,
      name: payer.name,
      phone: null,
      tax_exempt: 'none',
      tax_ids: [],
    };
    const method = this.methods.create(payer.card, payer);
    const isDone =
      session.mode === 'setup' ? this.setUp(session, method) : this.charge(session, method);
    if (isDone) this.complete(session);
    return isDone;
  }

  /** The session that waits for an intent, if one does. */
  sessionOf(intent: string): Stripe.Checkout.Session | undefined {
    return this.core.state
      .all('checkout.session')
      .find(
        (session) =>
          idOf(session.payment_intent) === intent || idOf(session.setup_intent) === intent,
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
    return isNeeded ? this.customers.create({ email, name }).id : null;
  }

  private charge(session: Stripe.Checkout.Session, method: Stripe.PaymentMethod): boolean {
    const intent = this.intentOf(session);
    const { origin } = this.core;
    this.payments.confirm(intent, {
      method,
      authentication: {
        url: authenticationUrl(origin(), intent.id),
        returnUrl: checkoutUrl(origin(), session.id),
      },
    });
    return intent.status === 'succeeded';
  }

  /** One intent, however often somebody tries. */
  private intentOf(session: Stripe.Checkout.Session): Stripe.PaymentIntent {
    const known = this.core.state.find('payment_intent', idOf(session.payment_intent) ?? '');
    if (known !== undefined) return known;
    const { paymentIntentData } = this.sessions.planOf(session.id);
    const intent = this.payments.create({
      ...paymentIntentData,
      amount: session.amount_total ?? 0,
      currency: session.currency ?? 'usd',
      customer: session.customer,
    });
    session.payment_intent = intent.id;
    return intent;
  }

  private setUp(session: Stripe.Checkout.Session, method: Stripe.PaymentMethod): boolean {
    const { setupIntentData } = this.sessions.planOf(session.id);
    const { origin, state } = this.core;
    const intent =
      state.find('setup_intent', idOf(session.setup_intent) ?? '') ??
      this.setups.create({ ...setupIntentData, customer: session.customer });
    session.setup_intent = intent.id;
    this.setups.confirm(intent, method, {
      url: authenticationUrl(origin(), intent.id),
      returnUrl: checkoutUrl(origin(), session.id),
    });
    return intent.status === 'succeeded';
  }
}
