import { KeyApi, KeyScope } from '@modelbridge/contracts/auth.v1';
import { limitPeriodCodes, type LimitPeriodName } from '@modelbridge/contracts/limits';

/** What the public API calls them. */
export const keyScopeCodes = {
  inference: KeyScope.INFERENCE,
  management: KeyScope.MANAGEMENT,
} as const;
export const keyApiCodes = {
  chat_completions: KeyApi.CHAT_COMPLETIONS,
  responses: KeyApi.RESPONSES,
  messages: KeyApi.MESSAGES,
} as const;

export type KeyScopeWord = keyof typeof keyScopeCodes;
export type KeyApiWord = keyof typeof keyApiCodes;

export const keyScopes = Object.keys(keyScopeCodes) as [KeyScopeWord, ...KeyScopeWord[]];
export const keyApis = Object.keys(keyApiCodes) as [KeyApiWord, ...KeyApiWord[]];
export const limitOnKeyPeriods = Object.keys(limitPeriodCodes) as [
  LimitPeriodName,
  ...LimitPeriodName[],
];
