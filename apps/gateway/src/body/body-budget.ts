import type { ResolvedKey } from '../keys/resolved-key.js';
import { KeyShares } from '../shares/key-shares.js';

/** Memory for the bodies of one key. */
export interface KeyBudget {
  /** Throws 429 or 503 when the bytes would not fit. */
  take(bytes: number): void;
  release(bytes: number): void;
}

/** Memory that the bodies of all running requests may take together, shared fairly. */
export class BodyBudget {
  private readonly shares: KeyShares;

  constructor(maxBytes: number) {
    this.shares = new KeyShares({
      name: 'body_bytes',
      what: 'bytes of bodies in memory',
      total: maxBytes,
    });
  }

  of(key: Pick<ResolvedKey, 'accountId' | 'keyId'>): KeyBudget {
    return {
      take: (bytes) => this.shares.take(key, bytes),
      release: (bytes) => this.shares.release(key, bytes),
    };
  }
}
