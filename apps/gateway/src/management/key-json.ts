import { KeyScope, type Key, type KeyRestrictions } from '@modelbridge/contracts/auth.v1';
import { keyApiCodes, keyApis } from './key-words.js';
import type { KeyJson, WantedRestrictions } from './keys.operations.js';

export function keyJson(key: Key): KeyJson {
  return {
    object: 'api_key',
    id: key.keyId,
    name: key.name,
    public_id: key.publicId,
    scope: key.scope === KeyScope.MANAGEMENT ? 'management' : 'inference',
    is_test: key.isTest,
    account_id: key.accountId,
    user_id: key.userId,
    team_id: key.teamId ?? null,
    restrictions: restrictionsJson(key.restrictions),
    created_at: key.createdAt?.toISOString() ?? null,
    expires_at: key.expiresAt?.toISOString() ?? null,
    disabled_at: key.disabledAt?.toISOString() ?? null,
    revoked_at: key.revokedAt?.toISOString() ?? null,
    last_used_at: key.lastUsedAt?.toISOString() ?? null,
    previous_secret_until: key.previousSecretUntil?.toISOString() ?? null,
  };
}

function restrictionsJson(given: KeyRestrictions | undefined): KeyJson['restrictions'] {
  return {
    allowed_models: given?.allowedModels ?? [],
    never_stored_only: given?.neverStoredOnly ?? false,
    // One that only a newer auth knows has no word here.
    allowed_apis: keyApis.filter((word) => given?.allowedApis.includes(keyApiCodes[word])),
    allowed_addresses: given?.allowedAddresses ?? [],
    requests_per_minute: given?.requestsPerMinute ?? 0,
    tokens_per_minute: given?.tokensPerMinute ?? 0,
    concurrent_requests: given?.concurrentRequests ?? 0,
  };
}

/** What is left out restricts nothing. */
export function restrictionsOf(wanted: WantedRestrictions): KeyRestrictions {
  return {
    allowedModels: wanted.allowed_models ?? [],
    neverStoredOnly: wanted.never_stored_only ?? false,
    allowedApis: (wanted.allowed_apis ?? []).map((word) => keyApiCodes[word]),
    allowedAddresses: wanted.allowed_addresses ?? [],
    requestsPerMinute: wanted.requests_per_minute ?? 0,
    tokensPerMinute: wanted.tokens_per_minute ?? 0,
    concurrentRequests: wanted.concurrent_requests ?? 0,
  };
}
