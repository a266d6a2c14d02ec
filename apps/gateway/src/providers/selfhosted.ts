import { bearer, type ProviderTraits } from './provider-traits.js';

/** Pools of our own, served by vLLM or llama-server. */
export const selfhosted: ProviderTraits = {
  credentials: bearer,
  dialect: 'vllm',
  storesByDefault: false,
  refusesMaxTokens: false,
  capMustFit: true,
  refusesMetadata: false,
  writesMarkedCacheOnly: false,
  hasCapacityElsewhere: true,
  endsUnwanted: true,
  // llama-server's.
  requestFaults: [
    { words: 'image input is not supported', status: 400 },
    { words: 'audio input is not supported', status: 400 },
    { words: 'failed to parse input at pos', status: 502 },
    // Newer ones say so, and which format: `peg-native`, `peg-gemma4`, ….
    { words: 'the model produced output that does not match the expected', status: 502 },
  ],
  checksTypes: false,
  accountCodes: [],
  accountWords: [],
};
