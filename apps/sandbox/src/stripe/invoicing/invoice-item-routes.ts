import { z } from 'zod';
import { idOf } from '../core/ids.js';
import type { StripeCore } from '../core/stripe-core.js';
import { fits, page, within } from '../wire/lists.js';
import { flag, listParams, oneOf, params, range, text } from '../wire/params.js';
import { del, get, post, type Route } from '../wire/route.js';
import { type InvoiceCalls, itemCreation } from './invoice-calls.js';
import type { InvoiceItems } from './invoice-items.js';

/** What waits for invoices, and what pays them. */
export function invoiceItemRoutes(
  core: StripeCore,
  items: InvoiceItems,
  calls: InvoiceCalls,
): Route[] {
  const { state } = core;
  return [
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
