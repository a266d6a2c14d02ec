import { z } from 'zod';
import type { StripeCore } from '../core/stripe-core.js';
import { page, within } from '../wire/lists.js';
import { flag, listParams, params, range, text } from '../wire/params.js';
import { get, type Route } from '../wire/route.js';
import { invalidRequest } from '../wire/stripe-error.js';

/** `payment_intent.*` stands for all that begin so. */
function matches(wanted: string, type: string): boolean {
  return (
    wanted === '*' ||
    wanted === type ||
    (wanted.endsWith('.*') && type.startsWith(wanted.slice(0, -1)))
  );
}

export function eventRoutes(core: StripeCore, isDelivered: (event: string) => boolean): Route[] {
  const { state } = core;
  return [
    get(
      'events',
      listParams({
        created: range.optional(),
        delivery_success: flag.optional(),
        type: text.optional(),
        types: z.array(text).max(20).optional(),
      }),
      (query) => {
        if (query.type !== undefined && query.types !== undefined) {
          throw invalidRequest('You may only specify one of these parameters: type, types.', {
            param: 'type',
          });
        }
        const wanted = query.types ?? [query.type ?? '*'];
        return page(
          '/v1/events',
          state
            .all('event')
            .filter(({ type }) => wanted.some((one) => matches(one, type)))
            .filter(({ created }) => within(created, query.created))
            .filter(
              ({ id }) =>
                query.delivery_success === undefined || query.delivery_success === isDelivered(id),
            ),
          query,
        );
      },
    ),
    get('events/:id', params({}), (_params, id) => state.get('event', id)),
  ];
}
