import {
  KeyApi,
  KeyScope,
  type Key as KeyMessage,
  type KeyRestrictions as RestrictionsMessage,
} from '@modelbridge/contracts/auth.v1';
import { validRequest } from '@modelbridge/service-kit/grpc';
import {
  keyRestrictionsSchema,
  type KeyApiName,
  type KeyRestrictions,
  type KeyScopeName,
} from './key-restrictions.js';
import type { Key } from './key.js';

const apiCodes: Record<KeyApiName, KeyApi> = {
  chat_completions: KeyApi.CHAT_COMPLETIONS,
  responses: KeyApi.RESPONSES,
  messages: KeyApi.MESSAGES,
};
const scopeCodes: Record<KeyScopeName, KeyScope> = {
  inference: KeyScope.INFERENCE,
  management: KeyScope.MANAGEMENT,
};

function nameOf<T extends string, C>(codes: Record<T, C>, code: C): T | undefined {
  return (Object.keys(codes) as T[]).find((name) => codes[name] === code);
}

/** Undefined for a scope that only a newer caller knows. */
export function scopeName(code: KeyScope): KeyScopeName | undefined {
  return code === KeyScope.UNSPECIFIED ? 'inference' : nameOf(scopeCodes, code);
}

/** Throws `invalid_argument`, naming the field within the restrictions. */
export function readRestrictions(message: RestrictionsMessage): KeyRestrictions {
  return validRequest(keyRestrictionsSchema, {
    ...message,
    allowedApis: message.allowedApis.map((code) => nameOf(apiCodes, code) ?? ''),
  });
}

export function keyMessage({ restrictions, scope, ...key }: Key): KeyMessage {
  return {
    ...key,
    scope: scopeCodes[scope],
    restrictions: {
      ...restrictions,
      allowedApis: restrictions.allowedApis.map((name) => apiCodes[name]),
    },
    // Generated types want every field present, also those that are unset.
    expiresAt: key.expiresAt,
    revokedAt: key.revokedAt,
    disabledAt: key.disabledAt,
    lastUsedAt: key.lastUsedAt,
    previousSecretUntil: key.previousSecretUntil,
  };
}
