import { describe, expect, it } from '@jest/globals';
import { BreakpointCache, type BlockEnd, type CacheLifetime } from './breakpoint-cache.js';

const end = (tokens: number, key: number, lifetime?: CacheLifetime): BlockEnd => ({
  tokens,
  key,
  lifetime,
});

describe('BreakpointCache', () => {
  it('writes at a breakpoint, then reads', () => {
    const cache = new BreakpointCache();
    const blocks = [end(2000, 1, '5m'), end(2010, 2)];
    expect(cache.use(blocks, 1024)).toEqual({ read: 0, write5m: 2000, write1h: 0 });
    expect(cache.use(blocks, 1024)).toEqual({ read: 2000, write5m: 0, write1h: 0 });
  });

  it('reads the longest known prefix and writes the rest by lifetime', () => {
    const cache = new BreakpointCache();
    cache.use([end(2000, 1, '1h')], 1024);
    const blocks = [end(2000, 1, '1h'), end(3000, 2, '1h'), end(4500, 3, '5m'), end(4600, 4)];
    expect(cache.use(blocks, 1024)).toEqual({ read: 2000, write5m: 1500, write1h: 1000 });
  });

  it('finds an earlier entry up to 20 blocks before a breakpoint, not further', () => {
    const conversation = (blocks: number) => [
      end(2000, 1),
      ...Array.from({ length: blocks }, (_, index) => end(2001 + index, 100 + index)),
    ];
    const near = new BreakpointCache();
    near.use([end(2000, 1, '5m')], 1024);
    expect(near.use([...conversation(19), end(3000, 900, '5m')], 1024).read).toBe(2000);
    const far = new BreakpointCache();
    far.use([end(2000, 1, '5m')], 1024);
    expect(far.use([...conversation(20), end(3000, 900, '5m')], 1024).read).toBe(0);
  });

  it('neither writes below the minimum nor reads after the lifetime', () => {
    let now = 0;
    const cache = new BreakpointCache(() => now);
    expect(cache.use([end(1000, 1, '5m')], 1024).write5m).toBe(0);
    cache.use([end(2000, 2, '5m'), end(3000, 3)], 1024);
    now = 299_000;
    expect(cache.use([end(2000, 2, '5m')], 1024).read).toBe(2000);
    now += 301_000;
    expect(cache.use([end(2000, 2, '5m')], 1024)).toMatchObject({ read: 0, write5m: 2000 });
  });
});
