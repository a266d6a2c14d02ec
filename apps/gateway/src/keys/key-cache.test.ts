import { beforeEach, describe, expect, it } from '@jest/globals';
import { KeyCache } from './key-cache.js';
import type { ResolvedKey } from './resolved-key.js';
import { testKey } from './testing/test-key.js';

const limits = {
  keyCacheEntries: 3,
  keyTtlMs: 60_000,
  keyTtlDeafMs: 5_000,
  keyRefreshAfterMs: 30_000,
  unknownKeyEntries: 3,
  unknownKeyTtlMs: 2_000,
  revokedKeyEntries: 10,
};

function key(keyId: string): ResolvedKey {
  return { ...testKey, keyId };
}

describe('KeyCache', () => {
  let cache: KeyCache;

  beforeEach(() => {
    cache = new KeyCache(limits);
  });

  it('forgets a key after its life, and asks for a refresh before that', () => {
    cache.put('h', key('k'), 0);
    expect(cache.get('h', 29_999, true)).toMatchObject({ found: 'key', stale: false });
    expect(cache.get('h', 30_000, true)).toMatchObject({ found: 'key', stale: true });
    expect(cache.get('h', 60_000, true)).toEqual({ found: 'nothing' });
  });

  it('keeps a key for the short life only while revocations cannot be heard', () => {
    cache.put('h', key('k'), 0);
    expect(cache.get('h', 4_999, false)).toMatchObject({ found: 'key', stale: true });
    expect(cache.get('h', 5_000, false)).toEqual({ found: 'nothing' });
  });

  it('does not give keys from before a gap in hearing their long life back', () => {
    cache.put('old', key('k1'), 0);
    cache.distrust(1_000);
    cache.put('new', key('k2'), 1_000);
    expect(cache.get('old', 5_001, true)).toEqual({ found: 'nothing' });
    expect(cache.get('new', 7_000, true)).toMatchObject({ found: 'key' });
  });

  it('drops a revoked key at once and never takes it back from a look-up that was under way', () => {
    cache.put('h', key('k'), 0);
    cache.revoke('k');
    expect(cache.get('h', 1, true)).toEqual({ found: 'nothing' });
    expect(cache.put('h', key('k'), 1)).toBe('revoked');
    expect(cache.get('h', 2, true)).toEqual({ found: 'nothing' });
  });

  it('drops every secret of a key that is revoked, and no other key’s', () => {
    cache.put('h1', key('k'), 0);
    cache.put('h2', key('k'), 0);
    cache.put('h3', key('other'), 0);
    cache.put('h1', key('k'), 1);
    cache.revoke('k');
    expect(cache.get('h1', 2, true)).toEqual({ found: 'nothing' });
    expect(cache.get('h2', 2, true)).toEqual({ found: 'nothing' });
    expect(cache.get('h3', 2, true)).toMatchObject({ found: 'key' });
  });

  it('drops a changed key, and takes back only what was asked for afterwards', () => {
    cache.put('h', key('k'), 0);
    cache.change('k', 5);
    expect(cache.get('h', 6, true)).toEqual({ found: 'nothing' });
    expect(cache.put('h', key('k'), 5)).toBe('changed');
    expect(cache.get('h', 6, true)).toEqual({ found: 'nothing' });
    expect(cache.put('h', key('k'), 6)).toBe('kept');
    expect(cache.get('h', 7, true)).toMatchObject({ found: 'key' });
  });

  it('remembers an unknown key for two seconds', () => {
    cache.putUnknown('h', 0);
    expect(cache.get('h', 1_999, true)).toEqual({ found: 'unknown' });
    expect(cache.get('h', 2_000, true)).toEqual({ found: 'nothing' });
  });

  it('holds no more than its bounds and drops what was used longest ago', () => {
    for (let i = 0; i < 100; i++) cache.putUnknown(`u${i}`, 0);
    cache.put('a', key('a'), 0);
    cache.put('b', key('b'), 0);
    cache.put('c', key('c'), 0);
    cache.get('a', 1, true);
    cache.put('d', key('d'), 1);
    expect(cache.size).toBe(6);
    expect(cache.get('a', 2, true)).toMatchObject({ found: 'key' });
    expect(cache.get('b', 2, true)).toEqual({ found: 'nothing' });
  });
});
