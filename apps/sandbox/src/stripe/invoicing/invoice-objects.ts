import type { Stripe } from 'stripe';
import { accountName } from '../account-object.js';
import { decimal } from '../catalog/catalog-objects.js';
import { newId } from '../core/ids.js';
import { list } from '../wire/lists.js';

export interface Period {
  start: number;
  end: number;
}

/** One line before it is on an invoice. */
export interface LineDraft {
  amount: number;
  currency: string;
  description: string | null;
  period: Period;
  price: Stripe.Price | null;
  quantity: number;
  isProration: boolean;
  invoiceItem: string | null;
  subscription: string | null;
  subscriptionItem: string | null;
  metadata?: Stripe.Metadata;
}

export function pricingOf(price: Stripe.Price | null): Stripe.InvoiceLineItem.Pricing | null {
  if (price === null) return null;
  return {
    price_details: { price: price.id, product: price.product as string },
    type: 'price_details',
    unit_amount_decimal: price.unit_amount_decimal,
  };
}

export function invoiceLineObject(invoice: string, draft: LineDraft): Stripe.InvoiceLineItem {
  const { isProration, invoiceItem, subscription, subscriptionItem } = draft;
  return {
    id: newId('il'),
    object: 'line_item',
    amount: draft.amount,
    currency: draft.currency,
    description: draft.description,
    discount_amounts: [],
    discountable: !isProration,
    discounts: [],
    invoice,
    livemode: false,
    metadata: draft.metadata ?? {},
    parent:
      subscriptionItem === null
        ? {
            invoice_item_details: {
              invoice_item: invoiceItem ?? '',
              proration: isProration,
              proration_details: null,
              subscription,
            },
            subscription_item_details: null,
            type: 'invoice_item_details',
          }
        : {
            invoice_item_details: null,
            subscription_item_details: {
              invoice_item: invoiceItem,
              proration: isProration,
              proration_details: null,
              subscription,
              subscription_item: subscriptionItem,
            },
            type: 'subscription_item_details',
          },
    period: draft.period,
    pretax_credit_amounts: [],
    pricing: pricingOf(draft.price),
    quantity: draft.quantity,
    quantity_decimal: decimal(String(draft.quantity)),
    subscription,
    subtotal: draft.amount,
    taxes: [],
  };
}

interface NewInvoice {
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
    account_country: 'US',
    account_name: accountName,
    account_tax_ids: null,
    amount_due: 0,
    amount_overpaid: 0,
    amount_paid: 0,
    amount_remaining: 0,
    amount_shipping: 0,
    application: null,
    attempt_count: 0,
    attempted: false,
    auto_advance: made.autoAdvance ?? true,
    automatic_tax: {
      disabled_reason: null,
      enabled: isTaxed,
      liability: isTaxed ? { type: 'self' } : null,
      provider: isTaxed ? 'stripe' : null,
      status: isTaxed ? 'complete' : null,
    },
    automatically_finalizes_at: null,
    billing_reason: made.billingReason,
    collection_method: made.collectionMethod ?? 'charge_automatically',
    created,
    currency: made.currency,
    custom_fields: null,
    customer: customer.id,
    customer_account: null,
    customer_address: null,
    customer_email: customer.email,
    customer_name: customer.name ?? null,
    customer_phone: customer.phone ?? null,
    customer_shipping: null,
    customer_tax_exempt: 'none',
    customer_tax_ids: [],
    default_payment_method: null,
    default_source: null,
    default_tax_rates: [],
    description: null,
    discounts: [],
    due_date: null,
    effective_at: null,
    ending_balance: null,
    footer: null,
    from_invoice: null,
    hosted_invoice_url: null,
    invoice_pdf: null,
    issuer: { type: 'self' },
    last_finalization_error: null,
    latest_revision: null,
    lines: list(`/v1/invoices/${id}/lines`, []),
    livemode: false,
    metadata: {},
    next_payment_attempt: null,
    number: null,
    on_behalf_of: null,
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
    post_payment_credit_notes_amount: 0,
    pre_payment_credit_notes_amount: 0,
    receipt_number: null,
    rendering: null,
    shipping_cost: null,
    shipping_details: null,
    starting_balance: customer.balance,
    statement_descriptor: null,
    status: 'draft',
    status_transitions: {
      finalized_at: null,
      marked_uncollectible_at: null,
      paid_at: null,
      voided_at: null,
    },
    subtotal: 0,
    subtotal_excluding_tax: 0,
    test_clock: customer.test_clock ?? null,
    total: 0,
    total_discount_amounts: [],
    total_excluding_tax: 0,
    total_pretax_credit_amounts: [],
    total_taxes: [],
    webhooks_delivered_at: created,
    ...made.given,
  };
}

export function invoiceItemObject(
  id: string,
  customer: Stripe.Customer,
  date: number,
  draft: LineDraft,
): Stripe.InvoiceItem {
  const { subscription, subscriptionItem } = draft;
  return {
    id,
    object: 'invoiceitem',
    amount: draft.amount,
    currency: draft.currency,
    customer: customer.id,
    customer_account: null,
    date,
    description: draft.description,
    discountable: !draft.isProration,
    discounts: [],
    invoice: null,
    livemode: false,
    metadata: draft.metadata ?? {},
    net_amount: draft.amount,
    parent:
      subscription === null
        ? null
        : {
            subscription_details: {
              subscription,
              ...(subscriptionItem !== null && { subscription_item: subscriptionItem }),
            },
            type: 'subscription_details',
          },
    period: draft.period,
    pricing: pricingOf(draft.price),
    proration: draft.isProration,
    quantity: draft.quantity,
    quantity_decimal: decimal(String(draft.quantity)),
    tax_rates: [],
    test_clock: customer.test_clock ?? null,
  };
}

export function invoicePaymentObject(
  id: string,
  created: number,
  invoice: Stripe.Invoice,
  intent: string,
): Stripe.InvoicePayment {
  return {
    id,
    object: 'invoice_payment',
    amount_paid: null,
    amount_requested: invoice.amount_due,
    created,
    currency: invoice.currency,
    invoice: invoice.id,
    is_default: true,
    livemode: false,
    payment: { payment_intent: intent, type: 'payment_intent' },
    status: 'open',
    status_transitions: { canceled_at: null, paid_at: null },
  };
}
