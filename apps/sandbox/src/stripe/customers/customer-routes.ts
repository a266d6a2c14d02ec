import type { StripeCore } from '../core/stripe-core.js';
import { fits, page, within } from '../wire/lists.js';
import { email, listParams, metadata, params, range, text, unsettable } from '../wire/params.js';
import { del, get, post, type Route } from '../wire/route.js';
import { z } from 'zod';
import type { Customers } from './customers.js';

const change = {
  email: unsettable(email).optional(),
  name: unsettable(text).optional(),
  phone: unsettable(text).optional(),
  description: unsettable(text).optional(),
  metadata: metadata.optional(),
  invoice_settings: z
    .strictObject({ default_payment_method: unsettable(text).optional() })
    .optional(),
};

export function customerRoutes(core: StripeCore, customers: Customers): Route[] {
  return [
    post('customers', params({ ...change, test_clock: text.optional() }), (given) =>
      customers.create(given),
    ),
    get('customers', listParams({ email: email.optional(), created: range.optional() }), (query) =>
      page(
        '/v1/customers',
        core.state
          .all('customer')
          .filter((customer) => fits(query.email, customer.email ?? undefined))
          .filter(({ created }) => within(created, query.created)),
        query,
      ),
    ),
    get('customers/:id', params({}), (_params, id) => customers.retrieve(id)),
    post('customers/:id', params(change), (given, id) => customers.update(id, given)),
    del('customers/:id', params({}), (_params, id) => customers.delete(id)),
  ];
}
