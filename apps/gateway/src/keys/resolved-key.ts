import type { KeyAccess } from './key-access.js';

/** Whom a request is for, who pays, and what the key may do, as auth said it. */
export interface ResolvedKey {
  keyId: string;
  name: string;
  accountId: string;
  userId: string;
  teamId: string | null;
  /** SHA-256 (hex) of the public id of the secret in use: how usage metadata names the key. */
  keyHash: string;
  /** Milliseconds since the Unix epoch; null for a key that does not expire. */
  expiresAt: number | null;
  isDisabled: boolean;
  /** Which routes it opens. */
  scope: 'inference' | 'management';
  /** Its requests are answered by an echo: free, and seen by no provider. */
  isTest: boolean;
  access: KeyAccess;
  /** Its author lets content be stored. */
  storesContent: boolean;
  /** Rate limits of its own; undefined for none. */
  rateLimits: KeyRateLimits | undefined;
}

/** Rate limits of a key's own; 0 in one: none of its own. */
export interface KeyRateLimits {
  requestsPerMinute: number;
  tokensPerMinute: number;
  concurrentRequests: number;
}

export function areSameLimits(
  one: KeyRateLimits | undefined,
  other: KeyRateLimits | undefined,
): boolean {
  return (
    one?.requestsPerMinute === other?.requestsPerMinute &&
    one?.tokensPerMinute === other?.tokensPerMinute &&
    one?.concurrentRequests === other?.concurrentRequests
  );
}
