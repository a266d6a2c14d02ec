import { describe, expect, it } from '@jest/globals';
import { providers, type Provider } from '@modelbridge/contracts';
import { catalogSchema } from '../catalog/catalog.js';
import { shippedCatalog } from '../catalog/shipped-catalog.js';
import { endpointsOf, type BaseUrls, type Place } from './endpoints.js';

const catalog = catalogSchema.parse(shippedCatalog());

function baseUrls(selfhosted: [Place, string][]): BaseUrls {
  const vendors = providers.map((provider): [Provider, ReadonlyMap<Place, string>] => [
    provider,
    new Map([['global', `https://${provider}.test`]]),
  ]);
  return { ...(Object.fromEntries(vendors) as BaseUrls), selfhosted: new Map(selfhosted) };
}

describe('endpoints', () => {
  it('of vendors are one a model, under the name that the vendor knows', () => {
    const endpoints = endpointsOf(catalog, baseUrls([]));
    const global = catalog.models.filter(({ regions }) => regions.includes('global'));
    expect(endpoints.map(({ modelId }) => modelId)).toEqual(global.map(({ id }) => id));
    expect(endpoints.find(({ modelId }) => modelId === 'claude-sonnet-4-0')).toEqual({
      id: 'anthropic:global:claude-sonnet-4-0',
      modelId: 'claude-sonnet-4-0',
      provider: 'anthropic',
      region: 'global',
      baseUrl: 'https://anthropic.test',
      upstreamModel: 'claude-sonnet-4-20250514',
      apis: ['messages'],
    });
  });

  it('of self-hosted models exist in the regions that have a URL, and in no other', () => {
    const urls = baseUrls([
      ['us-east', 'https://us.test/v1'],
      ['eu-west', 'https://eu.test/v1'],
    ]);
    const kimi = endpointsOf(catalog, urls).filter(({ modelId }) => modelId === 'kimi-k2.5');
    expect(kimi.map(({ region, baseUrl }) => [region, baseUrl])).toEqual([
      ['us-east', 'https://us.test/v1'],
      ['eu-west', 'https://eu.test/v1'],
    ]);
  });
});
