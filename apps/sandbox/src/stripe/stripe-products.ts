import { catalogRoutes } from './catalog/catalog-routes.js';
import { Catalog } from './catalog/catalog.js';
import { Checkout } from './checkout/checkout.js';
import { sessionRoutes } from './checkout/session-routes.js';
import { Sessions } from './checkout/sessions.js';
import { clockRoutes } from './clocks/clock-routes.js';
import { DueWork } from './clocks/due-work.js';
import { TestClocks } from './clocks/test-clocks.js';
import type { StripeCore } from './core/stripe-core.js';
import { customerRoutes } from './customers/customer-routes.js';
import { Customers } from './customers/customers.js';
import { eventRoutes } from './events/event-routes.js';
import { InvoiceItems } from './invoicing/invoice-items.js';
import { InvoiceCalls } from './invoicing/invoice-calls.js';
import { invoiceItemRoutes } from './invoicing/invoice-item-routes.js';
import { invoiceRoutes } from './invoicing/invoice-routes.js';
import { Invoices } from './invoicing/invoices.js';
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
import { portalRoutes } from './portal/portal-sessions.js';
import { Items } from './subscriptions/items.js';
import { previewRoutes } from './subscriptions/preview-routes.js';
import { SubscriptionChanges } from './subscriptions/subscription-changes.js';
import { SubscriptionCalls } from './subscriptions/subscription-calls.js';
import { subscriptionRoutes } from './subscriptions/subscription-routes.js';
import { Subscriptions } from './subscriptions/subscriptions.js';
import type { Route } from './wire/route.js';

/** What Stripe does for an account, each part with those that it needs. */
export class StripeProducts {
  readonly catalog: Catalog;
  readonly checkout: Checkout;
  readonly clocks: TestClocks;
  readonly customers: Customers;
  readonly disputes: Disputes;
  readonly dueWork: DueWork;
  readonly invoiceItems: InvoiceItems;
  readonly invoices: Invoices;
  readonly items: Items;
  readonly methods: PaymentMethods;
  readonly payments: PaymentIntents;
  readonly refunds: Refunds;
  readonly setups: SetupIntents;
  readonly subscriptions: Subscriptions;
  readonly subscriptionCalls: SubscriptionCalls;
  readonly changes: SubscriptionChanges;

  constructor(private readonly core: StripeCore) {
    const balance = new Balance(core);
    this.catalog = new Catalog(core);
    this.customers = new Customers(core);
    this.methods = new PaymentMethods(core);
    this.disputes = new Disputes(core, balance);
    const charges = new Charges(core, balance, this.disputes);
    this.payments = new PaymentIntents(core, this.methods, charges);
    this.refunds = new Refunds(core, balance, this.methods, this.disputes);
    this.setups = new SetupIntents(core, this.methods);
    this.items = new Items(core, this.catalog);
    this.invoiceItems = new InvoiceItems(core);
    this.invoices = new Invoices(core, this.invoiceItems, this.payments);
    this.subscriptions = new Subscriptions(core, this.items, this.invoiceItems, this.invoices);
    this.changes = new SubscriptionChanges(
      core,
      this.items,
      this.invoiceItems,
      this.invoices,
      this.subscriptions,
    );
    this.subscriptionCalls = new SubscriptionCalls(
      core,
      this.items,
      this.subscriptions,
      this.changes,
    );
    this.dueWork = new DueWork(core, this.items, this.invoices, this.subscriptions, this.changes);
    this.clocks = new TestClocks(core, this.customers, this.dueWork);
    this.checkout = new Checkout(core, new Sessions(core, this.catalog), this);
    this.customers.whenGone((customer) => this.subscriptions.cancelAllOf(customer));
  }

  /** All that the API answers. */
  routes(isDelivered: (event: string) => boolean): Route[] {
    const { core, methods } = this;
    const invoiceCalls = new InvoiceCalls(core, this.invoiceItems, this.invoices, methods);
    return [
      ...balanceRoutes(core),
      ...catalogRoutes(core, this.catalog),
      ...chargeRoutes(core),
      ...clockRoutes(core, this.clocks),
      ...customerRoutes(core, this.customers),
      ...disputeRoutes(core, this.disputes),
      ...eventRoutes(core, isDelivered),
      ...previewRoutes(core, this.items, this.changes),
      ...invoiceRoutes(core, this.invoices, invoiceCalls),
      ...invoiceItemRoutes(core, this.invoiceItems, invoiceCalls),
      ...paymentIntentRoutes(core, this.payments, methods),
      ...paymentMethodRoutes(core, methods),
      ...portalRoutes(core),
      ...refundRoutes(core, this.refunds),
      ...sessionRoutes(core, this.checkout.sessions),
      ...setupIntentRoutes(core, this.setups, methods),
      ...subscriptionRoutes(core, this.subscriptions, this.subscriptionCalls),
    ];
  }
}
