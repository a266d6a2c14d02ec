import { Controller, Get, Param } from '@nestjs/common';
import { CatalogService } from '../catalog/catalog.service.js';
import type { CatalogModel } from '../catalog/routing-table.js';
import { modelNotFound } from '../ingress/request-error.js';

/** The models that can be called, in OpenAI's shape with what else the catalog knows. */
@Controller('v1/models')
export class ModelsController {
  constructor(private readonly catalog: CatalogService) {}

  @Get()
  list(): object {
    const data = this.catalog.table().models.map(modelJson);
    return { object: 'list', data, has_more: false, next_cursor: null };
  }

  @Get(':id')
  get(@Param('id') id: string): object {
    const model = this.catalog.table().model(id);
    if (model === undefined) throw modelNotFound(id);
    return modelJson(model);
  }
}

/** Prices are pico-USD per token; an upper tier holds for a request with more input than it says. */
function modelJson(model: CatalogModel): object {
  return {
    id: model.id,
    object: 'model',
    created: Math.floor(model.createdAt.getTime() / 1_000),
    owned_by: model.ownedBy,
    display_name: model.displayName,
    provider: model.provider,
    context_window: model.contextWindowTokens,
    max_input_tokens: model.maxInputTokens,
    max_output_tokens: model.maxOutputTokens,
    input_modalities: model.inputModalities,
    output_modalities: model.outputModalities,
    content_policy: model.contentPolicy,
    price_version: model.price.version,
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
