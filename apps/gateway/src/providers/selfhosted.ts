import { bearer, type ProviderTraits } from './provider-traits.js';

/** Pools of our own, served by vLLM. */
export const selfhosted: ProviderTraits = {
  credentials: bearer,
  dialect: 'vllm',
  storesByDefault: false,
  refusesMaxTokens: false,
  capMustFit: true,
  refusesMetadata: false,
  writesMarkedCacheOnly: false,
  hasCapacityElsewhere: true,
  accountCodes: [],
  accountWords: [],
};
