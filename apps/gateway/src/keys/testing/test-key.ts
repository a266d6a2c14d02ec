import { unrestricted } from '../key-access.js';
import type { ResolvedKey } from '../resolved-key.js';

/** A key that may do everything. */
export const testKey: ResolvedKey = {
  keyId: 'k',
  name: '',
  accountId: 'a',
  userId: 'u',
  teamId: null,
  keyHash: '',
  expiresAt: null,
  isDisabled: false,
  scope: 'inference',
  isTest: false,
  storesContent: true,
  access: unrestricted,
  rateLimits: undefined,
};
