import { FairShares } from '../shares/fair-shares.js';

export interface KeyCheckBounds {
  /** Running and, for a while, in vain: of all addresses together. */
  maxKeyChecks: number;
  /** So long a check that found no key keeps its place. */
  badKeyMs: number;
}

/**
 * Places for checks of keys that are not known here, shared fairly by the addresses that they come from. One in
 * vain keeps its place for a while: an address that tries many bad keys is slowed down, and leaves room to others.
 */
export class KeyChecks {
  private readonly shares: FairShares<'address'>;
  /** Oldest first. */
  private readonly bad: { address: string; until: number }[] = [];

  constructor(private readonly bounds: KeyCheckBounds) {
    this.shares = new FairShares(bounds.maxKeyChecks, ['address']);
  }

  /** Takes a place; undefined once it is taken, else who has too many. `now` is monotonic. */
  begin(address: string, now: number): 'address' | 'all' | undefined {
    while (this.bad.length > 0 && this.bad[0]!.until <= now) {
      this.shares.release([this.bad.shift()!.address]);
    }
    return this.shares.take([address]);
  }

  /** The check has an answer, or none could be had. */
  end(address: string, inVain: boolean, now: number): void {
    if (inVain) this.bad.push({ address, until: now + this.bounds.badKeyMs });
    else this.shares.release([address]);
  }
}
