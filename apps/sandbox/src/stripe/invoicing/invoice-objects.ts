import type { Stripe } from 'stripe';
import { decimal } from '../catalog/catalog-objects.js';
import { newId } from '../core/ids.js';
import { behaviorOf, lineTax } from '../taxes/taxes.js';

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

export function invoiceLineObject(
  invoice: Pick<Stripe.Invoice, 'id' | 'automatic_tax'>,
  draft: LineDraft,
): Stripe.InvoiceLineItem {
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
    invoice: invoice.id,
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
    taxes: invoice.automatic_tax.enabled ? [lineTax(draft.amount, behaviorOf(draft.price))] : [],
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
