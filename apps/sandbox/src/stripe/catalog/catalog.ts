import type { Stripe } from 'stripe';
import { z } from 'zod';
import type { StripeCore } from '../core/stripe-core.js';
import {
  currency,
  flag,
  integer,
  metadata,
  mergedMetadata,
  oneOf,
  positive,
  text,
  url,
} from '../wire/params.js';
import { invalidRequest } from '../wire/stripe-error.js';
import { priceObject, productObject } from './catalog-objects.js';

export const productData = {
  name: text,
  active: flag.optional(),
  description: text.optional(),
  images: z.array(url).optional(),
  metadata: metadata.optional(),
  tax_code: text.optional(),
};

const recurring = z.strictObject({
  interval: oneOf('day', 'week', 'month', 'year'),
  interval_count: positive.optional(),
});

const unitAmount = {
  unit_amount: integer.optional(),
  /** At most twelve places behind the point, as Stripe takes them. */
  unit_amount_decimal: text
    .refine((value) => /^\d{1,12}(\.\d{1,12})?$/.test(value), {
      message: 'Invalid decimal: at most 12 places behind the point',
      params: { code: 'parameter_invalid_integer' },
    })
    .optional(),
};

export const priceData = {
  currency,
  ...unitAmount,
  product: text.optional(),
  product_data: z.strictObject(productData).optional(),
  recurring: recurring.optional(),
  tax_behavior: oneOf('exclusive', 'inclusive', 'unspecified').optional(),
};

export type PriceData = z.output<z.ZodObject<typeof priceData>>;
type ProductData = z.output<z.ZodObject<typeof productData>>;

/** What is sold, and for how much. */
export class Catalog {
  constructor(private readonly core: StripeCore) {}

  createProduct({ id, metadata: given, ...data }: ProductData & { id?: string }): Stripe.Product {
    const { core } = this;
    const made = { ...data, metadata: mergedMetadata({}, given) };
    const product = productObject(id ?? core.idFor('product'), core.now(), made);
    if (core.state.find('product', product.id) !== undefined) {
      throw invalidRequest('Product already exists.', { code: 'resource_already_exists' });
    }
    core.state.add('product', product);
    core.announce('product.created', product);
    return product;
  }

  createPrice(
    data: PriceData & { nickname?: string; lookup_key?: string; metadata?: Stripe.Metadata },
    within = '',
  ): Stripe.Price {
    const { core } = this;
    const name = (param: string): string => (within === '' ? param : `${within}[${param}]`);
    const { unit_amount: whole, unit_amount_decimal: decimal } = data;
    if ((whole === undefined) === (decimal === undefined)) {
      throw invalidRequest(
        `You must specify exactly one of \`${name('unit_amount')}\` and \`${name('unit_amount_decimal')}\`.`,
        { code: 'parameter_missing', param: name('unit_amount') },
      );
    }
    if (whole !== undefined && whole < 0) {
      throw invalidRequest('Invalid non-negative integer', {
        code: 'parameter_invalid_integer',
        param: name('unit_amount'),
      });
    }
    const price = priceObject(core.idFor('price'), core.now(), {
      ...data,
      product: this.productOf(data, name),
      unitAmountDecimal: decimal ?? String(whole),
      recurring: data.recurring && { interval_count: 1, ...data.recurring },
    });
    core.state.add('price', price);
    core.announce('price.created', price);
    return price;
  }

  private productOf(data: PriceData, name: (param: string) => string): string {
    if (data.product !== undefined) {
      return this.core.state.get('product', data.product, name('product')).id;
    }
    if (data.product_data !== undefined) return this.createProduct(data.product_data).id;
    throw invalidRequest(
      `Missing required param: ${name('product')}. Give it, or \`${name('product_data')}\`.`,
      { code: 'parameter_missing', param: name('product') },
    );
  }
}
