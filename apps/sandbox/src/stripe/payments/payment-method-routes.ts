import { z } from 'zod';
import type { StripeCore } from '../core/stripe-core.js';
import { page } from '../wire/lists.js';
import {
  email,
  listParams,
  mergedMetadata,
  metadata,
  oneOf,
  params,
  text,
  unsettable,
} from '../wire/params.js';
import { get, post, type Route } from '../wire/route.js';
import type { PaymentMethods } from './payment-methods.js';

const billingDetails = z.strictObject({
  email: unsettable(email).optional(),
  name: unsettable(text).optional(),
  phone: unsettable(text).optional(),
});

const type = oneOf('card');

export function paymentMethodRoutes(core: StripeCore, methods: PaymentMethods): Route[] {
  const { state } = core;
  return [
    post(
      'payment_methods',
      params({
        type,
        card: z.strictObject({ token: text }),
        billing_details: billingDetails.optional(),
        metadata: metadata.optional(),
      }),
      ({ card, billing_details: details, metadata: given }) => {
        const method = methods.createFromToken(card.token);
        Object.assign(method.billing_details, details);
        method.metadata = mergedMetadata({}, given);
        return method;
      },
    ),
    get(
      'payment_methods',
      listParams({ customer: text.optional(), type: type.optional() }),
      (query) => page('/v1/payment_methods', methods.of(query.customer ?? '', query.type), query),
    ),
    get('payment_methods/:id', params({}), (_params, id) => state.get('payment_method', id)),
    post(
      'payment_methods/:id',
      params({ billing_details: billingDetails.optional(), metadata: metadata.optional() }),
      ({ billing_details: details, metadata: given }, id) => {
        const method = state.get('payment_method', id);
        Object.assign(method.billing_details, details);
        method.metadata = mergedMetadata(method.metadata ?? {}, given);
        core.announce('payment_method.updated', method);
        return method;
      },
    ),
    post('payment_methods/:id/attach', params({ customer: text }), ({ customer }, id) =>
      methods.attach(id, customer),
    ),
    post('payment_methods/:id/detach', params({}), (_params, id) => methods.detach(id)),
    get('customers/:id/payment_methods', listParams({ type: type.optional() }), (query, id) =>
      page(
        `/v1/customers/${id}/payment_methods`,
        methods.of(state.get('customer', id).id, query.type),
        query,
      ),
    ),
  ];
}
