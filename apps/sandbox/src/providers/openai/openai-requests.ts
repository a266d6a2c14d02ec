import type { JsonObject } from '../../json.js';
import { ProviderError } from '../../provider-error.js';
import type { ProviderRequest } from '../../provider-api.js';
import { isKey } from '../keys.js';

/** Reasoning tokens for each effort that can be asked for. */
const EFFORT_TOKENS: Record<string, number> = {
  none: 0,
  minimal: 16,
  low: 32,
  medium: 64,
  high: 128,
  xhigh: 256,
};

export function invalid(message: string, param: string, code: string | null = null): ProviderError {
  return new ProviderError(400, 'invalid_request_error', message, { param, code });
}

/** Throws OpenAI's 401 unless the request carries `apiKey` as its bearer token. */
export function requireBearer({ headers }: ProviderRequest, apiKey: string): void {
  const [scheme, token = ''] = (headers.authorization ?? '').split(' ');
  if (scheme?.toLowerCase() !== 'bearer' || token === '') {
    throw new ProviderError(
      401,
      'invalid_request_error',
      "You didn't provide an API key. You need to provide your API key in an Authorization " +
        'header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY).',
    );
  }
  if (isKey(token, apiKey)) return;
  throw new ProviderError(
    401,
    'invalid_request_error',
    `Incorrect API key provided: ${token.slice(0, 4)}****. You can find your API key at ` +
      'https://platform.openai.com/account/api-keys.',
    { code: 'invalid_api_key' },
  );
}

/** The cap in `body[field]`, or `fallback`. Throws for one below `minimum` or above the model's. */
export function outputCap(
  body: JsonObject,
  field: string,
  { minimum, maximum, fallback }: { minimum: number; maximum: number; fallback: number },
): number {
  const value = body[field];
  if (value === undefined || value === null) return fallback;
  if (!Number.isInteger(value)) {
    const message = `Invalid type for '${field}': expected an integer.`;
    throw invalid(message, field, 'invalid_type');
  }
  const cap = value as number;
  if (cap < minimum) {
    throw invalid(
      `Invalid '${field}': integer below minimum value. ` +
        `Expected a value >= ${minimum}, but got ${cap} instead.`,
      field,
      'integer_below_min_value',
    );
  }
  if (cap > maximum) {
    throw invalid(
      `${field} is too large: ${cap}. This model supports at most ${maximum} completion tokens, ` +
        `whereas you provided ${cap}.`,
      field,
      'invalid_value',
    );
  }
  return cap;
}

/** Reasoning tokens for the effort asked for; `fallback` is the effort when none is. */
export function effortTokens(effort: unknown, fallback: string, param: string): number {
  const name = effort ?? fallback;
  if (typeof name === 'string' && Object.hasOwn(EFFORT_TOKENS, name)) {
    return EFFORT_TOKENS[name] as number;
  }
  throw invalid(`Unsupported value for '${param}'.`, param, 'unsupported_value');
}
