import type { Model } from '@modelbridge/dashboard-api';
import type { ModelsSearch, Sort } from './search.js';

/** The models that the filters leave, in the order that was asked for. */
export function selectModels(models: readonly Model[], search: ModelsSearch): Model[] {
  const words = (search.find ?? '').toLowerCase().split(/\s+/).filter(Boolean);
  return models
    .filter(
      (model) =>
        (search.never !== 1 || model.content === 'never') &&
        (search.images !== 1 || model.input_modalities.includes('image')) &&
        words.every((word) => wordsOf(model).includes(word)),
    )
    .toSorted(ORDERS[search.sort ?? 'catalog']);
}

function wordsOf({ model_id, name, owned_by, provider, aliases }: Model): string {
  return [model_id, name, owned_by, provider, ...aliases].join(' ').toLowerCase();
}

type Order = (a: Model, b: Model) => number;

const priceOf = (model: Model, member: 'input_pico_usd' | 'output_pico_usd') =>
  BigInt(model.price.tiers[0]?.[member] ?? 0);

const byPrice =
  (member: 'input_pico_usd' | 'output_pico_usd'): Order =>
  (a, b) => {
    const difference = priceOf(a, member) - priceOf(b, member);
    return difference === 0n ? 0 : difference < 0n ? -1 : 1;
  };

const ORDERS: Record<Sort, Order> = {
  catalog: () => 0,
  input: byPrice('input_pico_usd'),
  output: byPrice('output_pico_usd'),
  context: (a, b) => b.context_window_tokens - a.context_window_tokens,
  newest: (a, b) => (b.created_at ?? '').localeCompare(a.created_at ?? ''),
};
