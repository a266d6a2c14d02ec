import { describe, expect, it } from '@jest/globals';
import { fixed, median, quantile } from './figures.js';

describe('figures', () => {
  it('takes the middle of a list, whatever its order, and the mean of two middles', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([10, 1, 2, 3])).toBe(2.5);
  });

  it('takes quantiles by nearest rank', () => {
    const values = Array.from({ length: 100 }, (_, index) => 100 - index);
    expect([quantile(values, 0.5), quantile(values, 0.99), quantile(values, 0)]).toEqual([
      50, 99, 1,
    ]);
  });

  it('shows a dash for what was not measured', () => {
    expect([fixed(undefined, 1), fixed(median([]), 1), fixed(1234.56, 1)]).toEqual([
      '-',
      '-',
      '1,234.6',
    ]);
  });
});
