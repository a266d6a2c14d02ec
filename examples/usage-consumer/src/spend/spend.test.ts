import { describe, expect, it } from '@jest/globals';
import { nextInOrder } from './spend.js';

const requests = (...sequences: number[]) =>
  sequences.map((sequence) => ({
    ledgerSequence: BigInt(sequence),
    model: 'gpt-5',
    costNanoUsd: 1n,
  }));

describe('taking requests in order', () => {
  it.each([
    ['the next ones', [5, 6], [5, 6], false],
    ['the next ones in another order', [6, 5], [5, 6], false],
    ['only new ones of a batch that overlaps', [3, 4, 5], [5], false],
    ['none of a batch that was seen', [3, 4], [], false],
    ['none beyond a gap', [6, 7], [], true],
    ['those before a gap', [5, 7], [5], true],
    ['a repeated one once', [5, 5, 6], [5, 6], false],
  ])('takes %s', (_, arrived, taken, gap) => {
    expect(nextInOrder(4n, requests(...arrived))).toEqual({ next: requests(...taken), gap });
  });
});
