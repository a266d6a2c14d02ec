import { bearer, type ProviderTraits } from './provider-traits.js';

export const openai: ProviderTraits = {
  credentials: bearer,
  dialect: 'openai',
  storesByDefault: true,
  refusesMaxTokens: true,
  capMustFit: false,
  refusesMetadata: true,
  writesMarkedCacheOnly: false,
  hasCapacityElsewhere: false,
  endsUnwanted: false,
  requestFaults: [],
  checksTypes: true,
  accountCodes: ['insufficient_quota', 'billing_not_active', 'billing_hard_limit_reached'],
  accountWords: ['billing', 'exceeded your current quota'],
};
