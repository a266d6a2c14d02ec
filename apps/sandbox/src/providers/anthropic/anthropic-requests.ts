import { isKey } from '../keys.js';
import type { ProviderRequest } from '../../provider-api.js';
import { ProviderError } from '../../provider-error.js';
import { invalidRequest } from './anthropic-models.js';

/** The version from which on sampling parameters are refused. */
const NO_SAMPLING_VERSION = '2026-10-21';
const VERSIONS = ['2023-01-01', '2023-06-01', NO_SAMPLING_VERSION];
const SAMPLING_PARAMETERS = ['temperature', 'top_p', 'top_k'];

/** Throws unless the request carries `apiKey`, in `x-api-key` or as a bearer token. */
export function requireKey({ headers }: ProviderRequest, apiKey: string): void {
  const bearer = /^bearer (.+)$/i.exec(headers.authorization ?? '')?.[1];
  const presented = headers['x-api-key'] ?? bearer;
  if (typeof presented !== 'string') {
    throw new ProviderError(401, 'authentication_error', 'x-api-key header is required');
  }
  if (!isKey(presented, apiKey)) {
    const message = bearer === undefined ? 'invalid x-api-key' : 'Invalid bearer token';
    throw new ProviderError(401, 'authentication_error', message);
  }
}

/** Throws unless the request names a version of the API that exists. */
export function requireVersion({ headers }: ProviderRequest): void {
  const version = headers['anthropic-version'];
  if (typeof version !== 'string') throw invalidRequest('anthropic-version: header is required');
  if (VERSIONS.includes(version)) return;
  throw invalidRequest(`anthropic-version: "${version}" is not a valid version`);
}

/** Throws where the API version of the request takes no sampling parameters and one is given. */
export function requireNoSampling({ headers, body }: ProviderRequest): void {
  if (headers['anthropic-version'] !== NO_SAMPLING_VERSION) return;
  const given = SAMPLING_PARAMETERS.find((name) => body[name] !== undefined);
  if (given) throw invalidRequest(`${given}: Extra inputs are not permitted`);
}
