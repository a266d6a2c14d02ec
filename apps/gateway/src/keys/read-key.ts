import { publicIdSha256 } from '@modelbridge/api-key';
import {
  KeyApi,
  KeyScope,
  type Key,
  type KeyRestrictions,
  type ResolveKeyResponse,
  type TeamRestrictions,
} from '@modelbridge/contracts/auth.v1';
import type { WireFormat } from '@modelbridge/llm-wire';
import { AllowedAddresses } from './allowed-addresses.js';
import { unrestricted, type KeyAccess } from './key-access.js';
import type { KeyRateLimits, ResolvedKey } from './resolved-key.js';

const formats: Partial<Record<KeyApi, WireFormat>> = {
  [KeyApi.CHAT_COMPLETIONS]: 'chat',
  [KeyApi.RESPONSES]: 'responses',
  [KeyApi.MESSAGES]: 'messages',
};

/** What auth answered, ready for every request of the key; undefined where it answered nothing. */
export function readKey({
  key,
  publicId,
  secretExpiresAt,
  teamRestrictions,
  storeContent,
}: ResolveKeyResponse): ResolvedKey | undefined {
  if (key === undefined) return undefined;
  return {
    keyId: key.keyId,
    name: key.name,
    accountId: key.accountId,
    userId: key.userId,
    teamId: key.teamId ?? null,
    keyHash: publicIdSha256(publicId || key.publicId),
    expiresAt: firstOf(key.expiresAt, secretExpiresAt),
    isDisabled: key.disabledAt !== undefined,
    scope: scopeOf(key),
    isTest: key.isTest,
    access: withTeam(accessOf(key.restrictions), teamRestrictions),
    storesContent: storeContent,
    rateLimits: rateLimitsOf(key.restrictions),
  };
}

/** A scope that only a newer auth knows opens the least: no inference. */
function scopeOf({ scope }: Key): ResolvedKey['scope'] {
  const isInference = scope === KeyScope.INFERENCE || scope === KeyScope.UNSPECIFIED;
  return isInference ? 'inference' : 'management';
}

function firstOf(...times: (Date | undefined)[]): number | null {
  const given = times.flatMap((time) => (time === undefined ? [] : [time.getTime()]));
  return given.length === 0 ? null : Math.min(...given);
}

function accessOf(restrictions: KeyRestrictions | undefined): KeyAccess {
  if (restrictions === undefined) return unrestricted;
  const { allowedModels, neverStoredOnly, allowedApis, allowedAddresses } = restrictions;
  return {
    models: allowedModels.length === 0 ? undefined : new Set(allowedModels),
    neverStoredOnly,
    // One that only a newer auth knows is none of those here, and the others stay the only ones.
    formats:
      allowedApis.length === 0
        ? undefined
        : new Set(allowedApis.flatMap((api) => formats[api] ?? [])),
    addresses: allowedAddresses.length === 0 ? undefined : new AllowedAddresses(allowedAddresses),
  };
}

/** What both the key and its team allow: no model at all where they have none in common. */
function withTeam(own: KeyAccess, team: TeamRestrictions | undefined): KeyAccess {
  if (team === undefined) return own;
  const { allowedModels } = team;
  const both = allowedModels.filter((model) => own.models?.has(model) ?? true);
  return {
    ...own,
    models: allowedModels.length === 0 ? own.models : new Set(both),
    neverStoredOnly: own.neverStoredOnly || team.neverStoredOnly,
  };
}

function rateLimitsOf(restrictions: KeyRestrictions | undefined): KeyRateLimits | undefined {
  const { requestsPerMinute = 0, tokensPerMinute = 0, concurrentRequests = 0 } = restrictions ?? {};
  const isLimited = requestsPerMinute > 0 || tokensPerMinute > 0 || concurrentRequests > 0;
  return isLimited ? { requestsPerMinute, tokensPerMinute, concurrentRequests } : undefined;
}
