import { RequestError } from '../errors/request-error.js';
import { FairShares } from './fair-shares.js';

/** Whose a thing is: a key, of an account. */
export interface Owner {
  accountId: string;
  keyId: string;
}

const retryAfterMs = 1_000;

/** A resource of this gateway that accounts, and the keys of each, share fairly. */
export class KeyShares {
  private readonly shares: FairShares<'account' | 'key'>;

  /** `what` is as callers are told, such as "requests open"; `name` as programs are. */
  constructor(private readonly bound: { name: string; what: string; total: number }) {
    this.shares = new FairShares(bound.total, ['account', 'key']);
  }

  get free(): number {
    return this.shares.free;
  }

  /** Throws 429, naming the bound, where the key or its account holds its share; 503 where all others do. */
  take({ accountId, keyId }: Owner, amount = 1): void {
    const full = this.shares.take([accountId, keyId], amount);
    if (full === undefined) return;
    if (full === 'all') throw RequestError.of('overloaded', { retryAfterMs });
    const { name, what } = this.bound;
    throw RequestError.of('too_many_at_once', {
      message: `This ${full} has as many ${what} as leaves room for others. Try again when some have ended.`,
      retryAfterMs,
      details: { bound: `${full}.${name}` },
    });
  }

  /** Throws what `take` would throw now. */
  check(owner: Owner, amount = 1): void {
    this.take(owner, amount);
    this.release(owner, amount);
  }

  release({ accountId, keyId }: Owner, amount = 1): void {
    this.shares.release([accountId, keyId], amount);
  }
}
