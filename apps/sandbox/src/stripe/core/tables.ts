import type { Stripe } from 'stripe';

/** What the stand-in makes, by the `object` that Stripe calls it. */
export interface StripeObjects {
  balance_transaction: Stripe.BalanceTransaction;
  'billing_portal.session': Stripe.BillingPortal.Session;
  charge: Stripe.Charge;
  'checkout.session': Stripe.Checkout.Session;
  customer: Stripe.Customer;
  dispute: Stripe.Dispute;
  invoice: Stripe.Invoice;
  invoice_payment: Stripe.InvoicePayment;
  invoiceitem: Stripe.InvoiceItem;
  payment_intent: Stripe.PaymentIntent;
  payment_method: Stripe.PaymentMethod;
  price: Stripe.Price;
  product: Stripe.Product;
  refund: Stripe.Refund;
  setup_intent: Stripe.SetupIntent;
  subscription: Stripe.Subscription;
  'test_helpers.test_clock': Stripe.TestHelpers.TestClock;
}

/** Everything that it keeps. */
export interface Tables extends StripeObjects {
  event: Stripe.Event;
}

export type Table = keyof Tables;

export const tables: { [T in Table]: { prefix: string; noun: string } } = {
  balance_transaction: { prefix: 'txn', noun: 'balance transaction' },
  'billing_portal.session': { prefix: 'bps', noun: 'billing portal session' },
  charge: { prefix: 'ch', noun: 'charge' },
  'checkout.session': { prefix: 'cs_test', noun: 'checkout.session' },
  customer: { prefix: 'cus', noun: 'customer' },
  dispute: { prefix: 'du', noun: 'dispute' },
  event: { prefix: 'evt', noun: 'event' },
  invoice: { prefix: 'in', noun: 'invoice' },
  invoice_payment: { prefix: 'inpay', noun: 'invoice payment' },
  invoiceitem: { prefix: 'ii', noun: 'invoiceitem' },
  payment_intent: { prefix: 'pi', noun: 'payment_intent' },
  payment_method: { prefix: 'pm', noun: 'PaymentMethod' },
  price: { prefix: 'price', noun: 'price' },
  product: { prefix: 'prod', noun: 'product' },
  refund: { prefix: 're', noun: 'refund' },
  setup_intent: { prefix: 'seti', noun: 'setupintent' },
  subscription: { prefix: 'sub', noun: 'subscription' },
  'test_helpers.test_clock': { prefix: 'clock', noun: 'test clock' },
};
