import { z } from 'zod';
import type { StripeCore } from '../core/stripe-core.js';
import { idOf } from '../core/ids.js';
import { fits, page, within } from '../wire/lists.js';
import { flag, listParams, metadata, params, range, text } from '../wire/params.js';
import { get, post, type Route } from '../wire/route.js';
import type { Disputes } from './disputes.js';

export function disputeRoutes(core: StripeCore, disputes: Disputes): Route[] {
  const { state } = core;
  return [
    get(
      'disputes',
      listParams({
        charge: text.optional(),
        created: range.optional(),
        payment_intent: text.optional(),
      }),
      (query) =>
        page(
          '/v1/disputes',
          state
            .all('dispute')
            .filter(({ charge }) => fits(query.charge, idOf(charge)))
            .filter(({ payment_intent: intent }) => fits(query.payment_intent, intent as string))
            .filter(({ created }) => within(created, query.created)),
          query,
        ),
    ),
    get('disputes/:id', params({}), (_params, id) => state.get('dispute', id)),
    post(
      'disputes/:id',
      params({
        evidence: z.strictObject({ uncategorized_text: text.optional() }).optional(),
        metadata: metadata.optional(),
        submit: flag.optional(),
      }),
      ({ evidence, ...given }, id) => disputes.update(id, { ...given, ...evidence }),
    ),
    post('disputes/:id/close', params({}), (_params, id) => disputes.decide(id, 'lost')),
  ];
}
