import { FairShares } from '../shares/fair-shares.js';
import type { Owner } from '../shares/key-shares.js';

/** Memory for contents on their way, shared fairly: a key that fills its share takes nothing from another. */
export class CaptureMemory {
  private readonly shares: FairShares<'account' | 'key'>;

  constructor(private readonly totalBytes: number) {
    this.shares = new FairShares(totalBytes, ['account', 'key']);
  }

  get heldBytes(): number {
    return this.totalBytes - this.shares.free;
  }

  /** False where there is no room for it: nothing is taken then. */
  take({ accountId, keyId }: Owner, bytes: number): boolean {
    return this.shares.take([accountId, keyId], bytes) === undefined;
  }

  release({ accountId, keyId }: Owner, bytes: number): void {
    if (bytes > 0) this.shares.release([accountId, keyId], bytes);
  }
}
