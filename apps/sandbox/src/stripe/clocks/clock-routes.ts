import type { StripeCore } from '../core/stripe-core.js';
import { page } from '../wire/lists.js';
import { listParams, params, text, timestamp } from '../wire/params.js';
import { del, get, post, type Route } from '../wire/route.js';
import type { TestClocks } from './test-clocks.js';

const path = 'test_helpers/test_clocks';

export function clockRoutes(core: StripeCore, clocks: TestClocks): Route[] {
  const { state } = core;
  return [
    post(path, params({ frozen_time: timestamp, name: text.optional() }), (given) =>
      clocks.create(given.frozen_time, given.name ?? null),
    ),
    get(path, listParams({}), (query) =>
      page(`/v1/${path}`, state.all('test_helpers.test_clock'), query),
    ),
    get(`${path}/:id`, params({}), (_params, id) => state.get('test_helpers.test_clock', id)),
    post(`${path}/:id/advance`, params({ frozen_time: timestamp }), (given, id) =>
      clocks.advance(id, given.frozen_time),
    ),
    del(`${path}/:id`, params({}), (_params, id) => clocks.delete(id)),
  ];
}
