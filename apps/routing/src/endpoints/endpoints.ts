import type { Provider, Region } from '@modelbridge/contracts';
import { globalRegion, type Catalog, type ModelApi } from '../catalog/catalog.js';

/** One model at one place. */
export interface Endpoint {
  id: string;
  modelId: string;
  provider: Provider;
  region: Region | typeof globalRegion;
  baseUrl: string;
  upstreamModel: string;
  apis: ModelApi[];
}

/** Where upstreams are. A self-hosted region without a URL does not exist. */
export interface BaseUrls {
  openai: string;
  anthropic: string;
  selfhosted: Partial<Record<Region, string>>;
}

/** Every place where a model of the catalog can be reached. */
export function endpointsOf(catalog: Catalog, baseUrls: BaseUrls): Endpoint[] {
  return catalog.models.flatMap((model) =>
    model.regions.flatMap((region): Endpoint[] => {
      const baseUrl = baseUrlOf(baseUrls, model.provider, region);
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

function baseUrlOf(
  baseUrls: BaseUrls,
  provider: Provider,
  region: Endpoint['region'],
): string | undefined {
  if (provider !== 'selfhosted') return baseUrls[provider];
  return region === globalRegion ? undefined : baseUrls.selfhosted[region];
}
