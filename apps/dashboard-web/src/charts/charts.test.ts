import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { downsampled, type Point } from './lttb.js';
import { labelledIndexes, shareOf, ticksUpTo } from './ticks.js';

const line = (values: readonly number[]): Point[] => values.map((y, x) => ({ x, y }));

describe('a line of more points than pixels', () => {
  test('keeps a lone peak that every tenth point would miss', () => {
    const values = Array.from({ length: 10_000 }, (_, x) => (x === 5_003 ? 1_000 : 10));
    const kept = downsampled(line(values), 300);
    expect(kept).toHaveLength(300);
    expect(kept).toContainEqual({ x: 5_003, y: 1_000 });
    const thinned = line(values).filter(({ x }) => x % 10 === 0);
    expect(thinned).not.toContainEqual({ x: 5_003, y: 1_000 });
  });

  test('keeps its ends and its order, and has points of the line only', () => {
    const values = fc.array(fc.integer({ min: -1e6, max: 1e6 }), { minLength: 1, maxLength: 400 });
    fc.assert(
      fc.property(values, fc.integer({ min: 3, max: 100 }), (ys, most) => {
        const points = line(ys);
        const kept = downsampled(points, most);
        expect(kept.length).toBe(Math.min(points.length, most));
        expect(kept[0]).toEqual(points[0]);
        expect(kept.at(-1)).toEqual(points.at(-1));
        expect(kept.every(({ x, y }) => points[x]?.y === y)).toBe(true);
        expect(kept.every(({ x }, index) => index === 0 || x > (kept[index - 1]?.x ?? x))).toBe(
          true,
        );
      }),
    );
  });
});

describe('an axis', () => {
  test.each([
    [0n, [0n, 1n]],
    [7n, [0n, 2n, 4n, 6n, 8n]],
    [1_000n, [0n, 500n, 1_000n]],
    [12_345_678_901n, [0n, 5_000_000_000n, 10_000_000_000n, 15_000_000_000n]],
  ])('up to %s has round ticks', (most, ticks) => {
    expect(ticksUpTo(most)).toEqual(ticks);
  });

  test('ends at or above the largest value, however large, with few ticks', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 27n }), (most) => {
        const ticks = ticksUpTo(most);
        expect((ticks.at(-1) ?? 0n) >= most).toBe(true);
        expect(ticks.length).toBeLessThanOrEqual(5);
      }),
    );
  });

  test('takes a share of money beyond what a float holds', () => {
    expect(shareOf(9_007_199_254_740_993n, 18_014_398_509_481_986n)).toBe(0.5);
    expect(shareOf(1n, 0n)).toBe(0);
  });

  test('names as many periods as fit', () => {
    expect(labelledIndexes(30, 6)).toEqual([0, 5, 10, 15, 20, 25]);
    expect(labelledIndexes(3, 6)).toEqual([0, 1, 2]);
    expect(labelledIndexes(0, 6)).toEqual([]);
  });
});
