import { describe, expect, it } from '@jest/globals';
import { OpsError } from './ops-error.js';
import { parseUsd } from './usd.js';

describe('parseUsd', () => {
  it.each([
    ['0.01', 10_000_000n],
    ['1', 1_000_000_000n],
    ['12.5', 12_500_000_000n],
    ['0', 0n],
    ['0.000000001', 1n],
    ['0.1000000000000', 100_000_000n],
    ['123456.789012345', 123_456_789_012_345n],
    ['1000000000', 1_000_000_000_000_000_000n],
  ])('reads %s exactly', (text, nanoUsd) => {
    expect(parseUsd(text, 'balance_usd')).toBe(nanoUsd);
  });

  it.each([
    ['-1', /negative/],
    ['1e3', /digits/],
    ['.5', /digits/],
    ['1,000', /digits/],
    ['$5', /digits/],
    ['NaN', /digits/],
    ['', /digits/],
    ['0.0000000001', /more than 9 decimal places/],
    ['1000000000.000000001', /at most 1000000000/],
  ])('refuses %j, naming the field', (text, message) => {
    let caught: unknown;
    try {
      parseUsd(text, 'balance_usd');
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(OpsError);
    expect(caught).toMatchObject({ code: 'invalid_argument', field: 'balance_usd' });
    expect((caught as Error).message).toMatch(message);
  });
});
