export { errorCodes, type ErrorCode } from './error-codes.js';
export { idFromUuid, idPrefixes, idSchema, isId, newId, uuidOf, type IdKind } from './ids.js';
export { formatUsd, nanoUsdJson, type NanoUsd, type PicoUsdPerToken } from './money.js';
export { planNames, type PlanName } from './plans.js';
export {
  inTagOrder,
  tagBounds,
  tagNameSchema,
  tagsSchema,
  tagValueSchema,
  tagWords,
  type Tags,
} from './tags.js';
export { noTokens, totalInput, type TokenCounts } from './token-counts.js';
export {
  providerFacts,
  providers,
  type KeyVariable,
  type Provider,
  type UrlVariable,
} from './providers.js';
export { regions, type Region } from './regions.js';
