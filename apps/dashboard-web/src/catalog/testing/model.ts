import type { Model, PriceTier } from '@modelbridge/dashboard-api';

/** A model of the catalog, of which a test says what matters to it. */
export function modelOf(
  model_id: string,
  tier: Partial<PriceTier> = {},
  more: Partial<Model> = {},
): Model {
  return {
    model_id,
    name: model_id,
    owned_by: 'maker',
    provider: 'pool',
    aliases: [],
    created_at: null,
    context_window_tokens: 1_000,
    max_input_tokens: 1_000,
    max_output_tokens: 1_000,
    input_modalities: ['text'],
    output_modalities: ['text'],
    content: 'never',
    takes_sampling: true,
    efforts: [],
    apis: ['chat_completions'],
    endpoints: [],
    price: {
      version: '2026-08-01',
      is_assumed: false,
      tiers: [
        {
          above_input_tokens: 0,
          input_pico_usd: '0',
          cache_read_pico_usd: '0',
          cache_write_5m_pico_usd: '0',
          cache_write_1h_pico_usd: '0',
          output_pico_usd: '0',
          ...tier,
        },
      ],
    },
    ...more,
  };
}
