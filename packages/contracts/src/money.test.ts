import { describe, expect, it } from '@jest/globals';
import { formatUsd } from './money.js';

describe('formatUsd', () => {
  it.each([
    [0n, '0'],
    [1n, '0.000000001'],
    [10_000_000n, '0.01'],
    [12_500_000_000n, '12.5'],
    [-1_500_000_000n, '-1.5'],
    [9_223_372_036_854_775_807n, '9223372036.854775807'],
  ])('writes %s exactly', (nanoUsd, text) => {
    expect(formatUsd(nanoUsd)).toBe(text);
  });
});
