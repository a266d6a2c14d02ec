export { apiKeyLength, createApiKey, parseApiKey, type ApiKeyParts } from './api-key.js';
export { apiKeySha256, publicIdSha256 } from './digest.js';
