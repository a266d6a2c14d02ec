import type { WireFormat } from '@modelbridge/llm-wire';
import type { CatalogModel } from '../catalog/routing-table.js';
import { RequestError } from '../errors/request-error.js';
import type { AllowedAddresses } from './allowed-addresses.js';
import { seenAddress, type CallerConnection } from './caller-address.js';
import type { ResolvedKey } from './resolved-key.js';

/** What a key is restricted to, made once for all its requests; undefined where nothing is. */
export interface KeyAccess {
  models: ReadonlySet<string> | undefined;
  neverStoredOnly: boolean;
  formats: ReadonlySet<WireFormat> | undefined;
  addresses: AllowedAddresses | undefined;
}

export const unrestricted: KeyAccess = {
  models: undefined,
  neverStoredOnly: false,
  formats: undefined,
  addresses: undefined,
};

/** Throws 401 for a key that opens nothing now, 403 where it is not used from an allowed address. */
export function requireUsable(
  key: ResolvedKey,
  from: CallerConnection,
  trustedProxies: number,
): ResolvedKey {
  if (key.isDisabled) throw RequestError.of('key_disabled');
  if (key.expiresAt !== null && key.expiresAt <= Date.now()) throw RequestError.of('key_expired');
  const { addresses } = key.access;
  if (addresses === undefined || addresses.has(seenAddress(from, trustedProxies))) return key;
  throw RequestError.of('address_not_allowed');
}

/** Throws 403 where a key was made for other routes. */
export function requireScope({ scope }: ResolvedKey, needed: ResolvedKey['scope']): void {
  if (scope === needed) return;
  const message =
    scope === 'management'
      ? 'This key is for the management API only. Send a key with the scope inference.'
      : 'This key is for inference only. Send a key with the scope management.';
  throw RequestError.of('scope_not_allowed', { message });
}

/** Throws 403 where a key may not be used for inference through this API. */
export function requireApi(key: ResolvedKey, format: WireFormat): void {
  requireScope(key, 'inference');
  const { formats } = key.access;
  if (formats !== undefined && !formats.has(format)) throw RequestError.of('api_not_allowed');
}

export function mayUseModel({ models, neverStoredOnly }: KeyAccess, model: CatalogModel): boolean {
  if (neverStoredOnly && model.contentPolicy !== 'never') return false;
  return models === undefined || models.has(model.id);
}

/** Throws 403 where a key may not be used with this model. */
export function requireModel({ access }: ResolvedKey, model: CatalogModel): void {
  if (mayUseModel(access, model)) return;
  const why =
    access.neverStoredOnly && model.contentPolicy !== 'never'
      ? 'only models whose content is never stored'
      : 'some models only';
  throw RequestError.of('model_not_allowed', {
    message: `This key may be used with ${why}, and '${model.id}' is none of them. GET /v1/models lists those that it may; its owner can change that.`,
    param: 'model',
  });
}
