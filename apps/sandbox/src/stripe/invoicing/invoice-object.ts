import type { Stripe } from 'stripe';
import { accountName } from '../account-object.js';
import { list } from '../wire/lists.js';
import type { Period } from './invoice-objects.js';

/** What every invoice begins with. */
const blank = {
  account_country: 'US',
  account_tax_ids: null,
  amount_due: 0,
  amount_overpaid: 0,
  amount_paid: 0,
  amount_remaining: 0,
  amount_shipping: 0,
  application: null,
  attempt_count: 0,
  attempted: false,
  automatically_finalizes_at: null,
  custom_fields: null,
  customer_account: null,
  customer_address: null,
  customer_shipping: null,
  default_payment_method: null,
  default_source: null,
  description: null,
  due_date: null,
  effective_at: null,
  ending_balance: null,
  footer: null,
  from_invoice: null,
  hosted_invoice_url: null,
  invoice_pdf: null,
  last_finalization_error: null,
  latest_revision: null,
  livemode: false,
  next_payment_attempt: null,
  number: null,
  on_behalf_of: null,
  post_payment_credit_notes_amount: 0,
  pre_payment_credit_notes_amount: 0,
  receipt_number: null,
  rendering: null,
  shipping_cost: null,
  shipping_details: null,
  statement_descriptor: null,
  subtotal: 0,
  subtotal_excluding_tax: 0,
  total: 0,
  total_excluding_tax: 0,
} satisfies Partial<Stripe.Invoice>;

export interface NewInvoice {
  customer: Stripe.Customer;
  currency: string;
  period: Period;
  billingReason: Stripe.Invoice.BillingReason;
  collectionMethod?: Stripe.Invoice.CollectionMethod;
  autoAdvance?: boolean;
  isTaxed?: boolean;
  subscription?: { id: string; metadata: Stripe.Metadata; prorationDate?: number };
  given?: Partial<
    Pick<
      Stripe.Invoice,
      | 'default_payment_method'
      | 'description'
      | 'due_date'
      | 'footer'
      | 'metadata'
      | 'automatically_finalizes_at'
    >
  >;
}

export function invoiceObject(id: string, created: number, made: NewInvoice): Stripe.Invoice {
  const { customer, subscription, isTaxed = false } = made;
  return {
    id,
    object: 'invoice',
    ...blank,
    account_name: accountName,
    auto_advance: made.autoAdvance ?? true,
    automatic_tax: {
      disabled_reason: null,
      enabled: isTaxed,
      liability: isTaxed ? { type: 'self' } : null,
      provider: isTaxed ? 'stripe' : null,
      status: isTaxed ? 'complete' : null,
    },
    billing_reason: made.billingReason,
    collection_method: made.collectionMethod ?? 'charge_automatically',
    created,
    currency: made.currency,
    customer: customer.id,
    customer_email: customer.email,
    customer_name: customer.name ?? null,
    customer_phone: customer.phone ?? null,
    customer_tax_exempt: 'none',
    customer_tax_ids: [],
    default_tax_rates: [],
    discounts: [],
    issuer: { type: 'self' },
    lines: list(`/v1/invoices/${id}/lines`, []),
    metadata: {},
    parent:
      subscription === undefined
        ? null
        : {
            quote_details: null,
            subscription_details: {
              metadata: { ...subscription.metadata },
              subscription: subscription.id,
              ...(subscription.prorationDate !== undefined && {
                subscription_proration_date: subscription.prorationDate,
              }),
            },
            type: 'subscription_details',
          },
    payment_settings: {
      default_mandate: null,
      payment_method_options: null,
      payment_method_types: null,
    },
    period_end: made.period.end,
    period_start: made.period.start,
    starting_balance: customer.balance,
    status: 'draft',
    status_transitions: {
      finalized_at: null,
      marked_uncollectible_at: null,
      paid_at: null,
      voided_at: null,
    },
    test_clock: customer.test_clock ?? null,
    total_discount_amounts: [],
    total_pretax_credit_amounts: [],
    total_taxes: [],
    webhooks_delivered_at: created,
    ...made.given,
  };
}
