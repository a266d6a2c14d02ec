import { KeyApi, KeyScope, type Key, type KeyRestrictions } from '@modelbridge/contracts/auth.v1';
import { KEY_APIS, type Key as KeyJson, type SpendLimit } from '@modelbridge/dashboard-api';

const apiCodes: Record<(typeof KEY_APIS)[number], KeyApi> = {
  chat_completions: KeyApi.CHAT_COMPLETIONS,
  responses: KeyApi.RESPONSES,
  messages: KeyApi.MESSAGES,
};

type RestrictionsJson = KeyJson['restrictions'];

/** @param userName null where it is not shown to the person */
export function keyJson(key: Key, limits: SpendLimit[], userName: string | null): KeyJson {
  return {
    key_id: key.keyId,
    name: key.name,
    public_id: key.publicId,
    scope: key.scope === KeyScope.MANAGEMENT ? 'management' : 'inference',
    is_test: key.isTest,
    user_id: key.userId,
    user_name: userName,
    team_id: key.teamId ?? null,
    restrictions: restrictionsJson(key.restrictions),
    created_at: (key.createdAt ?? new Date(0)).toISOString(),
    expires_at: key.expiresAt?.toISOString() ?? null,
    disabled_at: key.disabledAt?.toISOString() ?? null,
    revoked_at: key.revokedAt?.toISOString() ?? null,
    last_used_at: key.lastUsedAt?.toISOString() ?? null,
    previous_secret_until: key.previousSecretUntil?.toISOString() ?? null,
    limits,
  };
}

function restrictionsJson(given: KeyRestrictions | undefined): RestrictionsJson {
  return {
    allowed_models: given?.allowedModels ?? [],
    never_stored_only: given?.neverStoredOnly ?? false,
    allowed_apis: KEY_APIS.filter((word) => given?.allowedApis.includes(apiCodes[word])),
    allowed_addresses: given?.allowedAddresses ?? [],
    requests_per_minute: given?.requestsPerMinute ?? 0,
    tokens_per_minute: given?.tokensPerMinute ?? 0,
    concurrent_requests: given?.concurrentRequests ?? 0,
  };
}

/** What is left out restricts nothing. */
export function restrictionsOf(wanted: Partial<RestrictionsJson>): KeyRestrictions {
  return {
    allowedModels: wanted.allowed_models ?? [],
    neverStoredOnly: wanted.never_stored_only ?? false,
    allowedApis: (wanted.allowed_apis ?? []).map((word) => apiCodes[word]),
    allowedAddresses: wanted.allowed_addresses ?? [],
    requestsPerMinute: wanted.requests_per_minute ?? 0,
    tokensPerMinute: wanted.tokens_per_minute ?? 0,
    concurrentRequests: wanted.concurrent_requests ?? 0,
  };
}
