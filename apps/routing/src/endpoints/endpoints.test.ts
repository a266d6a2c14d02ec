import { describe, expect, it } from '@jest/globals';
import { catalogSchema } from '../catalog/catalog.js';
import { shippedCatalog } from '../catalog/shipped-catalog.js';
import { endpointsOf } from './endpoints.js';

const catalog = catalogSchema.parse(shippedCatalog());
const vendors = { openai: 'https://openai.test/v1', anthropic: 'https://anthropic.test' };

describe('endpoints', () => {
  it('of vendors are one a model, under the name that the vendor knows', () => {
    const endpoints = endpointsOf(catalog, { ...vendors, selfhosted: {} });
    expect(endpoints).toHaveLength(8);
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
    const selfhosted = { 'us-east': 'https://us.test/v1', 'eu-west': 'https://eu.test/v1' };
    const kimi = endpointsOf(catalog, { ...vendors, selfhosted }).filter(
      ({ modelId }) => modelId === 'kimi-k2.5',
    );
    expect(kimi.map(({ region, baseUrl }) => [region, baseUrl])).toEqual([
      ['us-east', 'https://us.test/v1'],
      ['eu-west', 'https://eu.test/v1'],
    ]);
  });
});
