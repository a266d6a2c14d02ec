import type { StripeCore } from '../core/stripe-core.js';
import { idOf } from '../core/ids.js';
import { fits, page, within } from '../wire/lists.js';
import {
  integer,
  listParams,
  mergedMetadata,
  metadata,
  oneOf,
  params,
  range,
  text,
} from '../wire/params.js';
import { get, post, type Route } from '../wire/route.js';
import type { Refunds } from './refunds.js';

export function refundRoutes(core: StripeCore, refunds: Refunds): Route[] {
  const { state } = core;
  return [
    post(
      'refunds',
      params({
        charge: text.optional(),
        payment_intent: text.optional(),
        amount: integer.optional(),
        reason: oneOf('duplicate', 'fraudulent', 'requested_by_customer').optional(),
        metadata: metadata.optional(),
      }),
      (given) => refunds.create(given),
    ),
    get(
      'refunds',
      listParams({
        charge: text.optional(),
        payment_intent: text.optional(),
        created: range.optional(),
      }),
      (query) =>
        page(
          '/v1/refunds',
          state
            .all('refund')
            .filter(({ charge }) => fits(query.charge, idOf(charge) ?? undefined))
            .filter(({ payment_intent: intent }) => fits(query.payment_intent, intent as string))
            .filter(({ created }) => within(created, query.created)),
          query,
        ),
    ),
    get('refunds/:id', params({}), (_params, id) => state.get('refund', id)),
    post('refunds/:id', params({ metadata: metadata.optional() }), ({ metadata: given }, id) => {
      const refund = state.get('refund', id);
      refund.metadata = mergedMetadata(refund.metadata ?? {}, given);
      core.announce('refund.updated', refund);
      return refund;
    }),
    post('refunds/:id/cancel', params({}), (_params, id) => refunds.cancel(id)),
  ];
}
