import type { CatalogModel } from '../catalog/routing-table.js';

/** A model whose content is kept for its authors. Of any other nothing can be captured: no type lets it. */
export type StoredModel = CatalogModel & { readonly contentPolicy: 'sealed_30_days' };

export function isStored(model: CatalogModel): model is StoredModel {
  return model.contentPolicy === 'sealed_30_days';
}
