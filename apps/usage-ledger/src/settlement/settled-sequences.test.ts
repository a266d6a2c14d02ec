import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  fromMultirange,
  nothingSettled,
  settle,
  toMultirange,
  type SettledSequences,
} from './settled-sequences.js';

type Settle = (before: SettledSequences, arrived: readonly bigint[]) => SettledSequences;

/** Batches of arrivals in any order, with repetitions and gaps. */
const arrivals = fc.array(fc.array(fc.bigInt({ min: 1n, max: 40n }), { maxLength: 8 }), {
  maxLength: 20,
});

/** After every batch the watermark is the end of the unbroken run from 1. */
function watermarkIsContiguous(settleWith: Settle) {
  return fc.property(arrivals, (batches) => {
    const arrived = new Set<bigint>();
    let state = nothingSettled;
    for (const batch of batches) {
      for (const sequence of batch) arrived.add(sequence);
      state = settleWith(state, batch);
      let expected = 0n;
      while (arrived.has(expected + 1n)) expected += 1n;
      if (state.settledSequence !== expected) return false;
    }
    return true;
  });
}

const settleByMaximum: Settle = (before, arrived) => ({
  settledSequence: [before.settledSequence, ...arrived].reduce((a, b) => (a > b ? a : b)),
  arrivedAbove: [],
});

describe('settled sequences', () => {
  it('move only over an unbroken run, in any order of arrival', () => {
    fc.assert(watermarkIsContiguous(settle), { numRuns: 2_000 });
  });

  it('are caught when they follow the highest arrival instead', () => {
    expect(fc.check(watermarkIsContiguous(settleByMaximum)).failed).toBe(true);
  });

  it('keep what came beyond a gap, and take it in when the gap is filled', () => {
    const gapped = settle(nothingSettled, [5n, 1n, 6n, 3n, 6n]);
    expect(gapped).toEqual({
      settledSequence: 1n,
      arrivedAbove: [
        [3n, 3n],
        [5n, 6n],
      ],
    });
    expect(settle(gapped, [4n, 2n])).toEqual({ settledSequence: 6n, arrivedAbove: [] });
  });

  it('never settle what they had to forget', () => {
    const forgetful = settle(nothingSettled, [2n, 4n, 6n], 2);
    expect(settle(forgetful, [1n, 3n, 5n]).settledSequence).toBe(5n);
  });

  it('survive the way to Postgres and back', () => {
    const { arrivedAbove } = settle(nothingSettled, [3n, 5n, 6n]);
    expect(toMultirange(arrivedAbove)).toBe('{[3,4),[5,7)}');
    expect(fromMultirange('{[3,4),[5,7)}')).toEqual(arrivedAbove);
    expect(fromMultirange('{}')).toEqual([]);
  });
});
