import type { Stripe } from 'stripe';
import { z } from 'zod';
import { priceAmount } from '../catalog/price-amount.js';
import { idOf } from '../core/ids.js';
import { Selection } from '../core/selection.js';
import type { StripeCore } from '../core/stripe-core.js';
import type { PaymentMethods } from '../payments/payment-methods.js';
import { fits, page, within } from '../wire/lists.js';
import {
  currency,
  flag,
  integer,
  listParams,
  mergedMetadata,
  metadata,
  oneOf,
  params,
  positive,
  range,
  text,
  timestamp,
  unsettable,
} from '../wire/params.js';
import { del, get, post, type Route } from '../wire/route.js';
import { invalidRequest, parameterMissing } from '../wire/stripe-error.js';
import type { InvoiceItems } from './invoice-items.js';
import { type Invoices, subscriptionOf } from './invoices.js';

const hourSeconds = 60 * 60;
const daySeconds = 24 * hourSeconds;

const itemCreation = params({
  customer: text,
  amount: integer.optional(),
  currency: currency.optional(),
  description: text.optional(),
  invoice: text.optional(),
  metadata: metadata.optional(),
  period: z.strictObject({ start: timestamp, end: timestamp }).optional(),
  pricing: z.strictObject({ price: text }).optional(),
  quantity: positive.optional(),
});

const creation = params({
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
class InvoiceCalls {
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

export function invoiceRoutes(
  core: StripeCore,
  items: InvoiceItems,
  invoices: Invoices,
  methods: PaymentMethods,
): Route[] {
  const { state } = core;
  const calls = new InvoiceCalls(core, items, invoices, methods);
  const status = oneOf('draft', 'open', 'paid', 'uncollectible', 'void');
  return [
    post('invoices', creation, (given) => calls.create(given)),
    get(
      'invoices',
      listParams({
        created: range.optional(),
        customer: text.optional(),
        status: status.optional(),
        subscription: text.optional(),
      }),
      (query) =>
        page(
          '/v1/invoices',
          state
            .all('invoice')
            .filter(({ customer }) => fits(query.customer, idOf(customer) ?? undefined))
            .filter((invoice) => fits(query.status, invoice.status as typeof query.status))
            .filter((one) => fits(query.subscription, subscriptionOf(one) ?? undefined))
            .filter(({ created }) => within(created, query.created)),
          query,
        ),
    ),
    get('invoices/:id', params({}), (_params, id) => state.get('invoice', id)),
    del('invoices/:id', params({}), (_params, id) => invoices.delete(id)),
    get('invoices/:id/lines', listParams({}), (query, id) =>
      page(`/v1/invoices/${id}/lines`, Selection.of(state.get('invoice', id).lines.data), query),
    ),
    post(
      'invoices/:id',
      params({
        auto_advance: flag.optional(),
        description: unsettable(text).optional(),
        footer: unsettable(text).optional(),
        default_payment_method: text.optional(),
        metadata: metadata.optional(),
      }),
      ({ metadata: given, ...change }, id) => {
        const invoice = state.get('invoice', id);
        const set = Object.entries(change).filter(([, value]) => value !== undefined);
        Object.assign(invoice, Object.fromEntries(set), {
          metadata: mergedMetadata(invoice.metadata ?? {}, given),
        });
        core.announce('invoice.updated', invoice);
        return invoice;
      },
    ),
    post('invoices/:id/finalize', params({ auto_advance: flag.optional() }), (_params, id) =>
      invoices.finalize(state.get('invoice', id)),
    ),
    post(
      'invoices/:id/pay',
      params({ payment_method: text.optional(), off_session: flag.optional() }),
      (given, id) => calls.pay(id, given),
    ),
    post('invoices/:id/send', params({}), (_params, id) => invoices.send(state.get('invoice', id))),
    post('invoices/:id/void', params({}), (_params, id) => invoices.void(state.get('invoice', id))),
    post('invoices/:id/mark_uncollectible', params({}), (_params, id) =>
      invoices.markUncollectible(state.get('invoice', id)),
    ),
    post('invoiceitems', itemCreation, (given) => calls.createItem(given)),
    get(
      'invoiceitems',
      listParams({
        created: range.optional(),
        customer: text.optional(),
        invoice: text.optional(),
        pending: flag.optional(),
      }),
      (query) =>
        page(
          '/v1/invoiceitems',
          state
            .all('invoiceitem')
            .filter(({ customer }) => fits(query.customer, idOf(customer)))
            .filter(({ invoice }) => fits(query.invoice, idOf(invoice) ?? undefined))
            .filter(({ invoice }) => fits(query.pending, invoice === null))
            .filter(({ date }) => within(date, query.created)),
          query,
        ),
    ),
    get('invoiceitems/:id', params({}), (_params, id) => state.get('invoiceitem', id)),
    del('invoiceitems/:id', params({}), (_params, id) => items.delete(id)),
    get(
      'invoice_payments',
      listParams({
        invoice: text.optional(),
        payment: z
          .strictObject({ type: oneOf('payment_intent'), payment_intent: text.optional() })
          .optional(),
        status: oneOf('canceled', 'open', 'paid').optional(),
      }),
      (query) =>
        page(
          '/v1/invoice_payments',
          state
            .all('invoice_payment')
            .filter(({ invoice }) => fits(query.invoice, idOf(invoice)))
            .filter((one) => fits<string>(query.status, one.status))
            .filter(({ payment }) =>
              fits(query.payment?.payment_intent, idOf(payment.payment_intent) ?? undefined),
            ),
          query,
        ),
    ),
    get('invoice_payments/:id', params({}), (_params, id) => state.get('invoice_payment', id)),
  ];
}
