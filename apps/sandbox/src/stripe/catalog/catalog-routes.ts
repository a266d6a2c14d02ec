import { z } from 'zod';
import type { Stripe } from 'stripe';
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
import { get, post, type Route } from '../wire/route.js';
import { priceData, productData, type Catalog } from './catalog.js';

const productChange = {
  name: text.optional(),
  active: flag.optional(),
  description: unsettable(text).optional(),
  metadata: metadata.optional(),
};

const priceChange = {
  active: flag.optional(),
  nickname: unsettable(text).optional(),
  lookup_key: unsettable(text).optional(),
  metadata: metadata.optional(),
};

/** Lays what was given over an object; what was not given stays. */
function changed<T extends Stripe.Price | Stripe.Product>(
  object: T,
  { metadata: given, ...rest }: z.output<z.ZodObject<typeof priceChange>>,
): T {
  const set = Object.entries(rest).filter(([, value]) => value !== undefined);
  return Object.assign(object, Object.fromEntries(set), {
    metadata: mergedMetadata(object.metadata, given),
  });
}

export function catalogRoutes(core: StripeCore, catalog: Catalog): Route[] {
  const { state } = core;
  return [
    post('products', params({ ...productData, id: text.optional() }), (given) =>
      catalog.createProduct(given),
    ),
    get('products', listParams({ active: flag.optional(), created: range.optional() }), (query) =>
      page(
        '/v1/products',
        state
          .all('product')
          .filter(({ active }) => fits(query.active, active))
          .filter(({ created }) => within(created, query.created)),
        query,
      ),
    ),
    get('products/:id', params({}), (_params, id) => state.get('product', id)),
    post('products/:id', params(productChange), (given, id) => {
      const product = changed(state.get('product', id), given);
      product.updated = core.now();
      core.announce('product.updated', product);
      return product;
    }),
    post(
      'prices',
      params({
        ...priceData,
        nickname: text.optional(),
        lookup_key: text.optional(),
        metadata: metadata.optional(),
      }),
      ({ metadata: given, ...data }) =>
        catalog.createPrice({ ...data, metadata: mergedMetadata({}, given) }),
    ),
    get(
      'prices',
      listParams({
        active: flag.optional(),
        product: text.optional(),
        type: oneOf('one_time', 'recurring').optional(),
        lookup_keys: z.array(text).optional(),
        created: range.optional(),
      }),
      (query) =>
        page(
          '/v1/prices',
          state
            .all('price')
            .filter(({ active }) => fits(query.active, active))
            .filter(({ type }) => fits(query.type, type))
            .filter(({ product }) => fits(query.product, product as string))
            .filter(({ lookup_key: key }) => query.lookup_keys?.includes(key ?? '') ?? true)
            .filter(({ created }) => within(created, query.created)),
          query,
        ),
    ),
    get('prices/:id', params({}), (_params, id) => state.get('price', id)),
    post('prices/:id', params(priceChange), (given, id) => {
      const price = changed(state.get('price', id), given);
      core.announce('price.updated', price);
      return price;
    }),
  ];
}
