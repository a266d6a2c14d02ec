import type { CatalogModel } from '../catalog/routing-table.js';

/** What the catalog knows beside the vendors' own fields; prices are pico-USD per token. */
export function modelFacts(model: CatalogModel): object {
  return {
    provider: model.provider,
    context_window: model.contextWindowTokens,
    max_input_tokens: model.maxInputTokens,
    max_output_tokens: model.maxOutputTokens,
    input_modalities: model.inputModalities,
    output_modalities: model.outputModalities,
    content_policy: model.contentPolicy,
    price_version: model.price.version,
    // An upper tier holds for a request with more input than it says.
    prices: model.price.tiers.map((tier) => ({
      above_input_tokens: tier.aboveInputTokens,
      input_pico_usd: tier.inputPicoUsd.toString(),
      cache_read_pico_usd: tier.cacheReadPicoUsd.toString(),
      cache_write_5m_pico_usd: tier.cacheWrite5mPicoUsd.toString(),
      cache_write_1h_pico_usd: tier.cacheWrite1hPicoUsd.toString(),
      output_pico_usd: tier.outputPicoUsd.toString(),
    })),
  };
}
