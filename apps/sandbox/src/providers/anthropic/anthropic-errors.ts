import type { JsonObject } from '../../json.js';
import type { ProviderError } from '../../provider-error.js';

/** Anthropic's error body, on its own or in a stream. */
export function anthropicErrorBody(
  { type, message }: ProviderError,
  requestId: string,
): JsonObject {
  return { type: 'error', error: { type, message }, request_id: requestId };
}
