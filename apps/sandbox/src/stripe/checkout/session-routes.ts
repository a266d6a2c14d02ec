import { Selection } from '../core/selection.js';
import type { StripeCore } from '../core/stripe-core.js';
import { idOf } from '../core/ids.js';
import { fits, page, within } from '../wire/lists.js';
import {
  listParams,
  mergedMetadata,
  metadata,
  oneOf,
  params,
  range,
  text,
} from '../wire/params.js';
import { get, post, type Route } from '../wire/route.js';
import { sessionParams } from './session-params.js';
import type { Sessions } from './sessions.js';

export function sessionRoutes(core: StripeCore, sessions: Sessions): Route[] {
  const { state } = core;
  return [
    post('checkout/sessions', sessionParams, (given) => sessions.create(given)),
    get(
      'checkout/sessions',
      listParams({
        created: range.optional(),
        customer: text.optional(),
        payment_intent: text.optional(),
        subscription: text.optional(),
        status: oneOf('complete', 'expired', 'open').optional(),
      }),
      (query) =>
        page(
          '/v1/checkout/sessions',
          state
            .all('checkout.session')
            .filter(({ customer }) => fits(query.customer, idOf(customer) ?? undefined))
            .filter(({ payment_intent: intent }) => fits(query.payment_intent, intent as string))
            .filter(({ subscription }) => fits(query.subscription, idOf(subscription) ?? undefined))
            .filter(({ status }) => fits(query.status, status as string))
            .filter(({ created }) => within(created, query.created)),
          query,
        ),
    ),
    get('checkout/sessions/:id', params({}), (_params, id) => state.get('checkout.session', id)),
    post(
      'checkout/sessions/:id',
      params({ metadata: metadata.optional() }),
      ({ metadata: given }, id) => {
        const session = state.get('checkout.session', id);
        session.metadata = mergedMetadata(session.metadata ?? {}, given);
        return session;
      },
    ),
    post('checkout/sessions/:id/expire', params({}), (_params, id) => sessions.expire(id)),
    get('checkout/sessions/:id/line_items', listParams({}), (query, id) =>
      page(
        `/v1/checkout/sessions/${id}/line_items`,
        Selection.of(sessions.planOf(state.get('checkout.session', id).id).lineItems),
        query,
      ),
    ),
  ];
}
