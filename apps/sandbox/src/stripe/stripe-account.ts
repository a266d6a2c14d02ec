import type { Stripe } from 'stripe';
import type { SandboxConfig } from '../config.js';
import { accountObject } from './account-object.js';
import { catalogRoutes } from './catalog/catalog-routes.js';
import { Catalog } from './catalog/catalog.js';
import { Checkout } from './checkout/checkout.js';
import { sessionRoutes } from './checkout/session-routes.js';
import { Sessions } from './checkout/sessions.js';
import { StripeCore } from './core/stripe-core.js';
import { customerRoutes } from './customers/customer-routes.js';
import { Customers } from './customers/customers.js';
import { eventRoutes } from './events/event-routes.js';
import { Balance, balanceRoutes } from './payments/balance.js';
import { chargeRoutes, Charges } from './payments/charges.js';
import { disputeRoutes } from './payments/dispute-routes.js';
import { Disputes } from './payments/disputes.js';
import { paymentIntentRoutes } from './payments/payment-intent-routes.js';
import { PaymentIntents } from './payments/payment-intents.js';
import { paymentMethodRoutes } from './payments/payment-method-routes.js';
import { PaymentMethods } from './payments/payment-methods.js';
import { refundRoutes } from './payments/refund-routes.js';
import { Refunds } from './payments/refunds.js';
import { setupIntentRoutes } from './payments/setup-intent-routes.js';
import { SetupIntents } from './payments/setup-intents.js';
import { WebhookSender } from './webhooks/webhook-sender.js';
import type { JsonObject } from '../json.js';
import { list } from './wire/lists.js';
import { params } from './wire/params.js';
import { get, type Route } from './wire/route.js';
import { StripeServer } from './wire/stripe-server.js';

/** One account at Stripe, in test mode: what it has, what may be asked of it, and whom it tells. */
export class StripeAccount {
  readonly account: Stripe.Account;
  readonly core: StripeCore;
  readonly webhooks: WebhookSender;
  readonly server: StripeServer;
  readonly routes: Route[];
  readonly checkout: Checkout;
  readonly disputes: Disputes;
  readonly payments: PaymentIntents;
  readonly refunds: Refunds;
  readonly setups: SetupIntents;

  /** @param origin where the pages are; known once the server listens */
  constructor(config: SandboxConfig, origin: () => string) {
    this.account = accountObject(config.SANDBOX_STRIPE_SECRET_KEY);
    this.webhooks = new WebhookSender(
      `${config.SANDBOX_STRIPE_APP_ORIGIN}/webhooks/stripe`,
      config.SANDBOX_STRIPE_WEBHOOK_SECRET,
    );
    const core = new StripeCore((event) => this.webhooks.send(event), origin);
    const balance = new Balance(core);
    const catalog = new Catalog(core);
    const customers = new Customers(core);
    const methods = new PaymentMethods(core);
    const sessions = new Sessions(core, catalog);
    this.core = core;
    this.disputes = new Disputes(core, balance);
    this.payments = new PaymentIntents(core, methods, new Charges(core, balance, this.disputes));
    this.refunds = new Refunds(core, balance, methods, this.disputes);
    this.setups = new SetupIntents(core, methods);
    this.checkout = new Checkout(core, sessions, customers, methods, this.payments, this.setups);
    this.routes = [
      get('account', params({}), () => this.account),
      ...balanceRoutes(core),
      ...catalogRoutes(core, catalog),
      ...chargeRoutes(core),
      ...customerRoutes(core, customers),
      ...disputeRoutes(core, this.disputes),
      ...eventRoutes(core, (event) => this.webhooks.isDelivered(event)),
      ...paymentIntentRoutes(core, this.payments, methods),
      ...paymentMethodRoutes(core, methods),
      ...refundRoutes(core, this.refunds),
      ...sessionRoutes(core, sessions),
      ...setupIntentRoutes(core, this.setups, methods),
    ];
    const expander = {
      byId: (id: string) => core.state.byId(id),
      included: (object: JsonObject, member: string) => this.included(object, member),
    };
    this.server = new StripeServer(core, expander, config.SANDBOX_STRIPE_SECRET_KEY);
  }

  /** Members that Stripe shows only where they are asked for. */
  private included({ object, id }: JsonObject, member: string): unknown {
    const of = String(id);
    if (object === 'checkout.session' && member === 'line_items') {
      const { lineItems } = this.checkout.sessions.planOf(of);
      return list(`/v1/checkout/sessions/${of}/line_items`, lineItems);
    }
    if (object === 'charge' && member === 'refunds') {
      const refunds = this.core.state.all('refund').filter(({ charge }) => charge === of);
      return list(`/v1/charges/${of}/refunds`, refunds);
    }
    return undefined;
  }
}
