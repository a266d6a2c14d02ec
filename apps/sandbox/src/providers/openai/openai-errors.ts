import type { JsonObject } from '../../json.js';
import type { ProviderError } from '../../provider-error.js';

/** OpenAI's error body: all four fields are always present. */
export function openAiErrorBody(error: ProviderError): JsonObject {
  const { message, type, param, code } = error;
  return { error: { message, type, param, code } };
}
