import type { CatalogModel } from '../catalog/routing-table.js';
import { modelFacts } from './model-facts.js';

/** A model in OpenAI's shape. */
export function openaiModel(model: CatalogModel): object {
  return {
    id: model.id,
    object: 'model',
    created: Math.floor(model.createdAt.getTime() / 1_000),
    owned_by: model.ownedBy,
    display_name: model.displayName,
    aliases: model.aliases,
    ...modelFacts(model),
  };
}
