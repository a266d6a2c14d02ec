import { describe, expect, it } from '@jest/globals';
import { withValue } from './decaying-mean.js';

describe('a decaying mean', () => {
  it('weighs values of the same moment by their number', () => {
    const mean = withValue(withValue(undefined, 100, 3, 0), 200, 1, 0);
    expect(mean.mean).toBeCloseTo(125);
  });

  it('has mostly forgotten what is a minute old', () => {
    const mean = withValue(withValue(undefined, 1_000, 100, 0), 50, 1, 60_000);
    expect(mean.mean).toBeGreaterThan(50);
    expect(mean.mean).toBeLessThan(300);
  });

  it('stays between the values it was given', () => {
    let mean = withValue(undefined, 10, 1, 0);
    for (let i = 1; i < 100; i += 1) mean = withValue(mean, i % 2 === 0 ? 10 : 90, i, i * 37);
    expect(mean.mean).toBeGreaterThanOrEqual(10);
    expect(mean.mean).toBeLessThanOrEqual(90);
  });
});
