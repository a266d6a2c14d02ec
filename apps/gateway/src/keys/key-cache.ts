import type { ResolvedKey } from './resolved-key.js';

export interface KeyCacheLimits {
  keyCacheEntries: number;
  keyTtlMs: number;
  keyTtlDeafMs: number;
  keyRefreshAfterMs: number;
  unknownKeyEntries: number;
  unknownKeyTtlMs: number;
  revokedKeyEntries: number;
}

interface Entry {
  key: ResolvedKey;
  resolvedAt: number;
}

export type CacheAnswer =
  { found: 'key'; key: ResolvedKey; stale: boolean } | { found: 'unknown' } | { found: 'nothing' };

const nothing: CacheAnswer = { found: 'nothing' };
const unknown: CacheAnswer = { found: 'unknown' };

/**
 * Keys by the hex SHA-256 of their bytes, bounded in number and age. All times are monotonic
 * milliseconds.
 */
export class KeyCache {
  private readonly entries = new Map<string, Entry>();
  private readonly unknownUntil = new Map<string, number>();
  /** Revoked key ids, so that a look-up that was under way cannot bring one back. */
  private readonly revoked = new Set<string>();
  /** When a change of a key was heard, so that a look-up from before does not bring back what it was. */
  private readonly changedAt = new Map<string, number>();
  private trustedSince = 0;

  constructor(private readonly limits: KeyCacheLimits) {}

  /** `hearsRevocations`: whether a revocation would reach this process right now. */
  get(sha256: string, now: number, hearsRevocations: boolean): CacheAnswer {
    const entry = this.entries.get(sha256);
    if (entry !== undefined) {
      const age = now - entry.resolvedAt;
      const trusted = hearsRevocations && entry.resolvedAt >= this.trustedSince;
      if (age < (trusted ? this.limits.keyTtlMs : this.limits.keyTtlDeafMs)) {
        this.entries.delete(sha256);
        this.entries.set(sha256, entry);
        const refreshAfter = trusted
          ? this.limits.keyRefreshAfterMs
          : Math.min(this.limits.keyRefreshAfterMs, this.limits.keyTtlDeafMs / 2);
        return { found: 'key', key: entry.key, stale: age >= refreshAfter };
      }
      this.entries.delete(sha256);
    }
    const until = this.unknownUntil.get(sha256);
    if (until === undefined) return nothing;
    if (now < until) return unknown;
    this.unknownUntil.delete(sha256);
    return nothing;
  }

  /** Keeps what auth answered to a question asked at `askedAt`, unless it was `revoked` or `changed` since. */
  put(sha256: string, key: ResolvedKey, askedAt: number): 'kept' | 'revoked' | 'changed' {
    if (this.revoked.has(key.keyId)) return 'revoked';
    if (askedAt <= (this.changedAt.get(key.keyId) ?? -Infinity)) return 'changed';
    this.unknownUntil.delete(sha256);
    this.entries.delete(sha256);
    this.entries.set(sha256, { key, resolvedAt: askedAt });
    dropOldest(this.entries, this.limits.keyCacheEntries);
    return 'kept';
  }

  putUnknown(sha256: string, now: number): void {
    this.entries.delete(sha256);
    this.unknownUntil.delete(sha256);
    this.unknownUntil.set(sha256, now + this.limits.unknownKeyTtlMs);
    dropOldest(this.unknownUntil, this.limits.unknownKeyEntries);
  }

  revoke(keyId: string): void {
    this.revoked.add(keyId);
    if (this.revoked.size > this.limits.revokedKeyEntries) {
      const [oldest] = this.revoked;
      if (oldest !== undefined) this.revoked.delete(oldest);
    }
    this.drop(keyId);
  }

  /** Another look-up is to tell what the key may do. */
  change(keyId: string, now: number): void {
    this.changedAt.delete(keyId);
    this.changedAt.set(keyId, now);
    dropOldest(this.changedAt, this.limits.revokedKeyEntries);
    this.drop(keyId);
  }

  /** Revocations may have been missed up to now: what is cached keeps only the short life. */
  distrust(now: number): void {
    this.trustedSince = now;
  }

  private drop(keyId: string): void {
    for (const [sha256, entry] of this.entries) {
      if (entry.key.keyId === keyId) this.entries.delete(sha256);
    }
  }

  get size(): number {
    return this.entries.size + this.unknownUntil.size;
  }
}

function dropOldest(map: Map<string, unknown>, limit: number): void {
  if (map.size <= limit) return;
  const { value, done } = map.keys().next();
  if (done !== true) map.delete(value);
}
