import type { ProviderTraits } from './provider-traits.js';

export const anthropic: ProviderTraits = {
  credentials: (key) => ['x-api-key', key],
  dialect: 'openai',
  storesByDefault: false,
  refusesMaxTokens: false,
  capMustFit: false,
  refusesMetadata: false,
  writesMarkedCacheOnly: true,
  hasCapacityElsewhere: false,
  endsUnwanted: false,
  requestFaults: [],
  checksTypes: true,
  accountCodes: [],
  // With status 400.
  accountWords: ['credit balance', 'billing', 'purchase credits'],
};
