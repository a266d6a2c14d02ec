import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  advance,
  fromMultirange,
  nothingArrived,
  toMultirange,
  type ArrivedSequences,
} from './watermark.js';

type Advance = (before: ArrivedSequences, arrived: readonly bigint[]) => ArrivedSequences;

/** Batches of arrivals in any order, with repetitions and gaps. */
const arrivals = fc.array(fc.array(fc.bigInt({ min: 1n, max: 40n }), { maxLength: 8 }), {
  maxLength: 20,
});

/** After every batch the watermark is the end of the unbroken run from 1. */
function watermarkIsContiguous(advanceWith: Advance) {
  return fc.property(arrivals, (batches) => {
    const arrived = new Set<bigint>();
    let state = nothingArrived;
    for (const batch of batches) {
      for (const sequence of batch) arrived.add(sequence);
      state = advanceWith(state, batch);
      let expected = 0n;
      while (arrived.has(expected + 1n)) expected += 1n;
      if (state.watermark !== expected) return false;
    }
    return true;
  });
}

const advanceToMaximum: Advance = (before, arrived) => ({
  watermark: [before.watermark, ...arrived].reduce((a, b) => (a > b ? a : b)),
  arrivedAbove: [],
});

describe('a watermark', () => {
  it('moves only over an unbroken run, in any order of arrival', () => {
    fc.assert(watermarkIsContiguous(advance), { numRuns: 2_000 });
  });

  it('is caught when it follows the highest arrival instead', () => {
    expect(fc.check(watermarkIsContiguous(advanceToMaximum)).failed).toBe(true);
  });

  it('keeps what came beyond a gap, and takes it in when the gap is filled', () => {
    const gapped = advance(nothingArrived, [5n, 1n, 6n, 3n, 6n]);
    expect(gapped).toEqual({
      watermark: 1n,
      arrivedAbove: [
        [3n, 3n],
        [5n, 6n],
      ],
    });
    expect(advance(gapped, [4n, 2n])).toEqual({ watermark: 6n, arrivedAbove: [] });
  });

  it('never passes what it had to forget', () => {
    const forgetful = advance(nothingArrived, [2n, 4n, 6n], 2);
    expect(advance(forgetful, [1n, 3n, 5n]).watermark).toBe(5n);
  });

  it('survives the way to Postgres and back', () => {
    const { arrivedAbove } = advance(nothingArrived, [3n, 5n, 6n]);
    expect(toMultirange(arrivedAbove)).toBe('{[3,4),[5,7)}');
    expect(fromMultirange('{[3,4),[5,7)}')).toEqual(arrivedAbove);
    expect(fromMultirange('{}')).toEqual([]);
  });
});
