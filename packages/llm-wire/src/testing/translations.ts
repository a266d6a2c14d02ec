import { WireRequestError } from '../conversation/request-error.js';
import type { UpstreamProfile } from '../conversation/upstream-profile.js';
import type { JsonObject } from '../json.js';
import { translateRequest } from '../translate.js';
import type { WireFormat } from '../wire-format.js';

export const CLAUDE: UpstreamProfile = {
  format: 'messages',
  model: 'claude',
  maxOutputTokens: 64_000,
};
export const GPT: UpstreamProfile = { format: 'responses', model: 'gpt', maxOutputTokens: 128_000 };
export const KIMI: UpstreamProfile = {
  format: 'chat',
  model: 'kimi',
  maxOutputTokens: 32_000,
  dialect: 'vllm',
};

/** A translated request with its body parsed. */
export function translate(from: WireFormat, body: object, upstream: UpstreamProfile) {
  const translated = translateRequest({
    from,
    body: Buffer.from(JSON.stringify(body)),
    upstream,
    publicModel: 'public',
    now: () => 1,
  });
  return { ...translated, sent: JSON.parse(translated.body.toString()) as JsonObject };
}

/** The error that a request is refused with. */
export function refusal(
  from: WireFormat,
  body: object,
  upstream: UpstreamProfile,
): WireRequestError {
  try {
    translate(from, body, upstream);
  } catch (error) {
    if (error instanceof WireRequestError) return error;
    throw error;
  }
  throw new Error('the request was accepted');
}
