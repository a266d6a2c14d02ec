import { describe, expect, it } from '@jest/globals';
import { Api, Endpoint, Model, Snapshot } from '@modelbridge/contracts/routing.v1';
import { readSnapshot } from './read-snapshot.js';

const price = { version: '2026-08-01', tiers: [{ aboveInputTokens: 0n, inputPicoUsd: 1n }] };

function model(id: string, provider: string): Model {
  return Model.fromPartial({ id, provider, price, maxInputTokens: 100n, maxOutputTokens: 100n });
}

function endpoint(modelId: string, provider: string): Endpoint {
  return Endpoint.fromPartial({
    id: `${provider}:${modelId}`,
    modelId,
    provider,
    baseUrl: 'https://provider.test/v1',
    apis: [Api.CHAT_COMPLETIONS],
  });
}

describe('a snapshot', () => {
  it('is read without the models and endpoints of a provider that is not known here', () => {
    const models = [model('known', 'openai'), model('foreign', 'elsewhere')];
    const endpoints = [
      endpoint('known', 'openai'),
      endpoint('known', 'elsewhere'),
      endpoint('known', 'constructor'),
      endpoint('foreign', 'openai'),
    ];
    const snapshot = Snapshot.fromPartial({ version: 1n, models, endpoints });
    const { table, problems } = readSnapshot(snapshot, 'us-east');
    expect(table.models.map(({ id }) => id)).toEqual(['known']);
    expect(table.model('foreign')).toBeUndefined();
    expect(table.endpoints('known').map(({ id }) => id)).toEqual(['openai:known']);
    expect(table.endpoints('foreign')).toEqual([]);
    expect(problems).toEqual([
      "model foreign is of the provider 'elsewhere', which this gateway does not know",
      "endpoint elsewhere:known is of the provider 'elsewhere', which this gateway does not know",
      "endpoint constructor:known is of the provider 'constructor', which this gateway does not know",
    ]);
  });

  it('is read without endpoints whose API or base URL cannot be used', () => {
    const endpoints = [
      { ...endpoint('known', 'openai'), id: 'mute', apis: [Api.UNSPECIFIED, Api.UNRECOGNIZED] },
      { ...endpoint('known', 'openai'), id: 'open', baseUrl: 'http://provider.test/v1' },
    ];
    const snapshot = Snapshot.fromPartial({
      version: 1n,
      models: [model('known', 'openai')],
      endpoints,
    });
    const { table, problems } = readSnapshot(snapshot, 'us-east');
    expect(table.endpoints('known')).toEqual([]);
    expect(problems).toEqual([
      'endpoint mute has no usable API',
      'endpoint open has no usable base URL',
    ]);
  });
});
