import type { Stripe } from 'stripe';
import { z } from 'zod';
import { priceAmount } from '../catalog/price-amount.js';
import { idOf } from '../core/ids.js';
import type { StripeCore } from '../core/stripe-core.js';
import type { PaymentMethods } from '../payments/payment-methods.js';
import {
  currency,
  flag,
  integer,
  mergedMetadata,
  metadata,
  oneOf,
  params,
  positive,
  text,
  timestamp,
} from '../wire/params.js';
import { invalidRequest, parameterMissing } from '../wire/stripe-error.js';
import type { InvoiceItems } from './invoice-items.js';
import type { Invoices } from './invoices.js';

const hourSeconds = 60 * 60;
const daySeconds = 24 * hourSeconds;

export const itemCreation = params({
  customer: text,
  amount: integer.optional(),
  currency: currency.optional(),
  description: text.optional(),
  invoice: text.optional(),
  metadata: metadata.optional(),
  period: z.strictObject({ start: timestamp, end: timestamp }).optional(),
  pricing: z.strictObject({ price: text }).optional(),
  quantity: positive.optional(),
  tax_behavior: oneOf('exclusive').optional(),
});

export const creation = params({
  customer: text,
  auto_advance: flag.optional(),
  automatic_tax: z.strictObject({ enabled: flag }).optional(),
  collection_method: oneOf('charge_automatically', 'send_invoice').optional(),
  currency: currency.optional(),
  days_until_due: integer.optional(),
  default_payment_method: text.optional(),
  description: text.optional(),
  due_date: timestamp.optional(),
  footer: text.optional(),
  metadata: metadata.optional(),
  pending_invoice_items_behavior: oneOf('exclude', 'include').optional(),
});

/** Invoices and their items, as the API puts it. */
export class InvoiceCalls {
  constructor(
    private readonly core: StripeCore,
    private readonly items: InvoiceItems,
    private readonly invoices: Invoices,
    private readonly methods: PaymentMethods,
  ) {}

  createItem(given: z.output<typeof itemCreation>): Stripe.InvoiceItem {
    const { state } = this.core;
    const customer = state.get('customer', given.customer, 'customer');
    const price =
      given.pricing === undefined
        ? null
        : state.get('price', given.pricing.price, 'pricing[price]');
    const quantity = given.quantity ?? 1;
    if (price === null && given.amount === undefined) throw parameterMissing('amount');
    if (price === null && given.currency === undefined) throw parameterMissing('currency');
    const now = this.core.nowFor(customer);
    const invoice = given.invoice && state.get('invoice', given.invoice, 'invoice');
    if (invoice && invoice.status !== 'draft') {
      throw invalidRequest('The invoice is no draft: nothing can be added to it.', {
        code: 'invoice_not_editable',
        param: 'invoice',
      });
    }
    const item = this.items.create(customer, {
      amount: given.amount ?? (price === null ? 0 : priceAmount(price, quantity)),
      currency: price?.currency ?? given.currency ?? 'usd',
      description:
        given.description ??
        (price === null ? null : state.get('product', idOf(price.product)).name),
      period: given.period ?? { start: now, end: now },
      price,
      quantity,
      isProration: false,
      invoiceItem: null,
      subscription: null,
      subscriptionItem: null,
      metadata: mergedMetadata({}, given.metadata),
    });
    if (invoice) this.invoices.add(invoice, item);
    return item;
  }

  create(given: z.output<typeof creation>): Stripe.Invoice {
    const { core } = this;
    const customer = core.state.get('customer', given.customer, 'customer');
    const isSent = given.collection_method === 'send_invoice';
    const { days_until_due: days, due_date: dueDate } = given;
    if (isSent && days === undefined && dueDate === undefined) {
      throw invalidRequest(
        'If collection_method is `send_invoice`, you must provide `days_until_due` or `due_date`.',
        { param: 'days_until_due' },
      );
    }
    const now = core.nowFor(customer);
    const paidIn = given.currency ?? customer.currency ?? 'usd';
    const autoAdvance = given.auto_advance ?? false;
    const pending =
      given.pending_invoice_items_behavior === 'include'
        ? this.items.pending(customer.id, paidIn, null)
        : [];
    return this.invoices.draft(
      {
        customer,
        currency: paidIn,
        period: { start: now, end: now },
        billingReason: 'manual',
        collectionMethod: given.collection_method,
        autoAdvance,
        isTaxed: given.automatic_tax?.enabled,
        given: {
          automatically_finalizes_at: autoAdvance ? now + hourSeconds : null,
          default_payment_method: given.default_payment_method ?? null,
          description: given.description ?? null,
          due_date: isSent ? (dueDate ?? now + (days ?? 0) * daySeconds) : null,
          footer: given.footer ?? null,
          metadata: mergedMetadata({}, given.metadata),
        },
      },
      [],
      pending,
    );
  }

  pay(id: string, given: { payment_method?: string; off_session?: boolean }): Stripe.Invoice {
    const invoice = this.core.state.get('invoice', id);
    if (invoice.status === 'paid') throw invalidRequest('Invoice is already paid');
    if (invoice.status === 'draft') this.invoices.finalize(invoice);
    if (invoice.status !== 'open') return invoice;
    const method =
      given.payment_method === undefined
        ? this.invoices.methodOf(invoice)
        : this.methods.resolve(given.payment_method);
    if (method === undefined) {
      throw invalidRequest(
        'There is no `default_payment_method` set on this Customer or Invoice. Please consider adding a default payment method or passing one.',
        { code: 'resource_missing', param: 'payment_method' },
      );
    }
    const failure = this.invoices.attempt(invoice, {
      method,
      offSession: given.off_session ?? true,
    });
    if (failure !== undefined) throw failure;
    return invoice;
  }
}
