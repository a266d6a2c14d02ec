import { describe, expect, it } from '@jest/globals';
import { FairShares } from './fair-shares.js';

const keys = (total: number) => new FairShares(total, ['account', 'key']);

/** Takes one after another until it is refused; how many it got, and who is said to hold too much. */
function takeAll(shares: FairShares<string>, ...path: string[]): [number, string] {
  for (let taken = 0; ; taken += 1) {
    const full = shares.take(path);
    if (full !== undefined) return [taken, full];
  }
}

describe('FairShares', () => {
  it('leaves a key a third of all, and its account half', () => {
    const shares = keys(900);
    expect(takeAll(shares, 'a', 'one')).toEqual([300, 'key']);
    expect(takeAll(shares, 'a', 'two')).toEqual([100, 'key']);
    for (let key = 0; key < 50; key += 1) takeAll(shares, 'a', `key-${key}`);
    expect(shares.heldBy('a')).toBe(450 - 1);
    expect(shares.take(['a', 'another'])).toBe('account');
    expect(shares.take(['b', 'three'])).toBeUndefined();
  });

  it('has something left for whoever comes, however many take all they can', () => {
    const shares = keys(9000);
    for (let account = 0; account < 5; account += 1) {
      expect(takeAll(shares, `account-${account}`, 'key')[0]).toBeGreaterThan(30);
    }
    expect(shares.free).toBeGreaterThan(100);
    expect(shares.take(['late', 'key'])).toBeUndefined();
  });

  it('blames who holds more than an even share, and nobody where all hold little', () => {
    const shares = keys(20);
    for (let account = 0; account < 19; account += 1) shares.take([`account-${account}`, 'key']);
    expect(shares.take(['late', 'key'])).toBe('all');
    expect(shares.take(['account-1', 'key'])).toBe('key');
  });

  it('gives back what was taken, in any pieces, and forgets who holds nothing', () => {
    const shares = keys(90);
    expect(shares.take(['a', 'one'], 30)).toBeUndefined();
    expect(shares.take(['a', 'one'])).toBe('key');
    shares.release(['a', 'one'], 10);
    expect([shares.heldBy(), shares.heldBy('a'), shares.heldBy('a', 'one')]).toEqual([20, 20, 20]);
    shares.release(['a', 'one'], 20);
    expect(shares.free).toBe(90);
    expect(takeAll(shares, 'b', 'two')).toEqual([30, 'key']);
  });

  it('takes nothing where it refuses, not even on the outer level', () => {
    const shares = keys(90);
    expect(shares.take(['a', 'one'], 31)).toBe('all');
    expect([shares.free, shares.heldBy('a')]).toEqual([90, 0]);
  });

  it('divides by one level as well', () => {
    const shares = new FairShares(100, ['address']);
    expect(takeAll(shares, '203.0.113.1')).toEqual([50, 'address']);
    expect(takeAll(shares, '203.0.113.2')).toEqual([25, 'address']);
  });
});
