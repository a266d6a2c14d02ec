import type { Stripe } from 'stripe';
import { z } from 'zod';
import type { Catalog } from '../catalog/catalog.js';
import { priceData } from '../catalog/catalog.js';
import { idOf, newId } from '../core/ids.js';
import type { StripeCore } from '../core/stripe-core.js';
import { flag, positive, text } from '../wire/params.js';
import { invalidRequest, parameterMissing } from '../wire/stripe-error.js';
import { sameInterval } from './period.js';
import type { Item } from '../core/stripe-state.js';

export const itemParam = z.strictObject({
  id: text.optional(),
  price: text.optional(),
  price_data: z.strictObject(priceData).optional(),
  quantity: positive.optional(),
  deleted: flag.optional(),
});

export type ItemParam = z.output<typeof itemParam>;

/** What a subscription is for. */
export class Items {
  constructor(
    private readonly core: StripeCore,
    private readonly catalog: Catalog,
  ) {}

  of({ items }: Stripe.Subscription): Item[] {
    return items.data.map((item) => ({
      id: item.id,
      price: item.price,
      quantity: item.quantity ?? 1,
      period: { start: item.current_period_start, end: item.current_period_end },
    }));
  }

  /** The items after a change: those that are not named stay, those without an id are added. */
  changed(before: Item[], given: ItemParam[], within = 'items'): Item[] {
    const items = new Map(before.map((item) => [item.id, item]));
    const [{ period } = { period: { start: 0, end: 0 } }] = before;
    for (const [index, change] of given.entries()) {
      const at = `${within}[${index}]`;
      const known = change.id === undefined ? undefined : items.get(change.id);
      if (change.id !== undefined && known === undefined) {
        throw invalidRequest(`No such subscription item: '${change.id}'`, {
          code: 'resource_missing',
          param: `${at}[id]`,
        });
      }
      if (change.deleted === true && known !== undefined) {
        items.delete(known.id);
        continue;
      }
      const price = this.priceOf(change, at) ?? known?.price;
      if (price === undefined) throw parameterMissing(`${at}[price]`);
      const quantity = change.quantity ?? known?.quantity ?? 1;
      const id = known?.id ?? newId('si');
      items.set(id, { id, price, quantity, period });
    }
    const result = [...items.values()];
    this.check(result, within);
    return result;
  }

  nameOf(price: Stripe.Price): string {
    return this.core.state.get('product', idOf(price.product)).name;
  }

  private priceOf(change: ItemParam, at: string): Stripe.Price | undefined {
    if (change.price !== undefined) {
      return this.core.state.get('price', change.price, `${at}[price]`);
    }
    return change.price_data && this.catalog.createPrice(change.price_data, `${at}[price_data]`);
  }

  private check(items: Item[], param: string): void {
    const [first] = items;
    if (first === undefined) {
      throw invalidRequest('A subscription must have at least one active plan.', { param });
    }
    for (const { price } of items) {
      if (price.recurring === null) {
        throw invalidRequest(
          `The price specified is set to \`type=one_time\` but this field only accepts prices with \`type=recurring\`.`,
          { param },
        );
      }
      if (!sameInterval(price.recurring, first.price.recurring)) {
        throw invalidRequest('All items of a subscription must have the same interval.', { param });
      }
      if (price.currency !== first.price.currency) {
        throw invalidRequest('All items of a subscription must have the same currency.', { param });
      }
    }
    if (new Set(items.map(({ price }) => price.id)).size < items.length) {
      throw invalidRequest('Cannot add multiple subscription items with the same plan.', { param });
    }
  }
}
