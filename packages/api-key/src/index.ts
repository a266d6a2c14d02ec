export { apiKeyLength, createApiKey, parseApiKey } from './api-key.js';
export { apiKeySha256, publicIdSha256 } from './digest.js';
