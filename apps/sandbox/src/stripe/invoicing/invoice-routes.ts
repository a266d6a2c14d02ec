import { idOf } from '../core/ids.js';
import { Selection } from '../core/selection.js';
import type { StripeCore } from '../core/stripe-core.js';
import { fits, page, within } from '../wire/lists.js';
import {
  flag,
  listParams,
  mergedMetadata,
  metadata,
  oneOf,
  params,
  range,
  text,
  unsettable,
} from '../wire/params.js';
import { del, get, post, type Route } from '../wire/route.js';
import { creation, type InvoiceCalls } from './invoice-calls.js';
import { type Invoices, subscriptionOf } from './invoices.js';

export function invoiceRoutes(core: StripeCore, invoices: Invoices, calls: InvoiceCalls): Route[] {
  const { state } = core;
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
    ...actRoutes(core, invoices, calls),
  ];
}

/** What is done to an invoice. */
function actRoutes(core: StripeCore, invoices: Invoices, calls: InvoiceCalls): Route[] {
  const { state } = core;
  return [
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
  ];
}
