import fc from 'fast-check';
import { describe, expect, it } from '@jest/globals';
import {
  addFirstToken,
  bucketOf,
  firstTokenBuckets,
  firstTokenWithin,
  mergeFirstTokens,
} from './first-tokens.js';

const countsOf = (times: readonly number[]): number[] | null =>
  times.reduce<number[] | null>((counts, ms) => addFirstToken(counts, ms), null);

/** As the ends of the buckets are: what is read off may be anywhere in one. */
const bucketRatio = 2 ** (1 / 2);

describe('times to the first token, counted in buckets', () => {
  it('tell a quantile to a bucket', () => {
    const time = fc.integer({ min: 16, max: 100_000 });
    fc.assert(
      fc.property(fc.array(time, { minLength: 1 }), fc.constantFrom(0.5, 0.95), (times, part) => {
        const sorted = [...times].sort((a, b) => a - b);
        const exact = sorted[Math.ceil(part * times.length) - 1]!;
        const told = firstTokenWithin(countsOf(times), part)!;
        expect(told).toBeGreaterThanOrEqual(Math.floor(exact / bucketRatio));
        expect(told).toBeLessThanOrEqual(Math.ceil(exact * bucketRatio));
      }),
    );
  });

  it('say nothing where none was measured', () => {
    expect(firstTokenWithin(null, 0.5)).toBeUndefined();
    expect(firstTokenWithin(Array<number>(firstTokenBuckets).fill(0), 0.5)).toBeUndefined();
  });

  it.each([
    [0, 0],
    [15, 0],
    [16, 1],
    [22, 1],
    [23, 2],
    [131_072, 27],
    [86_400_000, 27],
  ])('puts %i ms into bucket %i', (ms, bucket) => {
    expect(bucketOf(ms)).toBe(bucket);
    expect(bucket).toBeLessThan(firstTokenBuckets);
  });

  it('are those of all where parts are merged', () => {
    const times = fc.array(fc.integer({ min: 0, max: 200_000 }));
    fc.assert(
      fc.property(times, times, (some, others) => {
        expect(mergeFirstTokens(countsOf(some), countsOf(others))).toEqual(
          countsOf([...some, ...others]),
        );
      }),
    );
  });
});
