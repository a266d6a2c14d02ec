import type { Provider, Region } from '@modelbridge/contracts';
import type { Catalog, globalRegion, ModelApi } from '../catalog/catalog.js';

export type Place = Region | typeof globalRegion;

/** One model at one place. */
export interface Endpoint {
  id: string;
  modelId: string;
  provider: Provider;
  region: Place;
  baseUrl: string;
  upstreamModel: string;
  apis: ModelApi[];
}

/** Where each provider is. A region without a URL does not exist. */
export type BaseUrls = Record<Provider, ReadonlyMap<Place, string>>;

/** Every place where a model of the catalog can be reached. */
export function endpointsOf(catalog: Catalog, baseUrls: BaseUrls): Endpoint[] {
  return catalog.models.flatMap((model) =>
    model.regions.flatMap((region): Endpoint[] => {
      const baseUrl = baseUrls[model.provider].get(region);
      if (baseUrl === undefined) return [];
      return [
        {
          id: `${model.provider}:${region}:${model.id}`,
          modelId: model.id,
          provider: model.provider,
          region,
          baseUrl,
          upstreamModel: model.upstreamModel,
          apis: model.apis,
        },
      ];
    }),
  );
}
