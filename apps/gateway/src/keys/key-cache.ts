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
  /** Of those entries, by key id: a key has more than one secret while it is rotated. */
  private readonly digests = new Map<string, Set<string>>();
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
      this.remove(sha256);
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
    this.remove(sha256);
    this.entries.set(sha256, { key, resolvedAt: askedAt });
    const digests = this.digests.get(key.keyId) ?? new Set();
    this.digests.set(key.keyId, digests.add(sha256));
    if (this.entries.size > this.limits.keyCacheEntries) {
      const [oldest] = this.entries.keys();
      if (oldest !== undefined) this.remove(oldest);
    }
    return 'kept';
  }

  putUnknown(sha256: string, now: number): void {
    this.remove(sha256);
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
    for (const sha256 of this.digests.get(keyId) ?? []) this.entries.delete(sha256);
    this.digests.delete(keyId);
  }

  private remove(sha256: string): void {
    const entry = this.entries.get(sha256);
    if (entry === undefined) return;
    this.entries.delete(sha256);
    const digests = this.digests.get(entry.key.keyId);
    digests?.delete(sha256);
    if (digests?.size === 0) this.digests.delete(entry.key.keyId);
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
