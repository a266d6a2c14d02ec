import type { Owner } from '../shares/key-shares.js';

/** Hands things out one of each account in turn, of an account one of each key, of a key in the order they came. */
export class RoundRobin<T extends { owner: Owner }> {
  private readonly accounts = new Map<string, Map<string, T[]>>();
  private count = 0;

  get length(): number {
    return this.count;
  }

  add(thing: T): void {
    const { accountId, keyId } = thing.owner;
    let keys = this.accounts.get(accountId);
    if (keys === undefined) this.accounts.set(accountId, (keys = new Map<string, T[]>()));
    const things = keys.get(keyId);
    if (things === undefined) keys.set(keyId, [thing]);
    else things.push(thing);
    this.count += 1;
  }

  /** The next one in turn; whose it is comes last from then on. */
  take(): T | undefined {
    for (const [accountId, keys] of this.accounts) {
      for (const [keyId, things] of keys) {
        const thing = things.shift();
        this.count -= 1;
        keys.delete(keyId);
        if (things.length > 0) keys.set(keyId, things);
        this.accounts.delete(accountId);
        if (keys.size > 0) this.accounts.set(accountId, keys);
        return thing;
      }
    }
    return undefined;
  }

  /** Takes the oldest of each key out for as long as `is` holds of them. */
  takeOldest(is: (thing: T) => boolean): T[] {
    const taken: T[] = [];
    for (const [accountId, keys] of this.accounts) {
      for (const [keyId, things] of keys) {
        const kept = things.findIndex((thing) => !is(thing));
        taken.push(...things.splice(0, kept === -1 ? things.length : kept));
        if (things.length === 0) keys.delete(keyId);
      }
      if (keys.size === 0) this.accounts.delete(accountId);
    }
    this.count -= taken.length;
    return taken;
  }
}
