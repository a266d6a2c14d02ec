import { describe, expect, test } from '@jest/globals';
import { costOf, perMillion } from './price.js';

const tier = {
  above_input_tokens: 0,
  input_pico_usd: '1000000',
  cache_read_pico_usd: '100000',
  cache_write_5m_pico_usd: '1250000',
  cache_write_1h_pico_usd: '2000000',
  output_pico_usd: '3000000',
};
const dear = { ...tier, above_input_tokens: 100, input_pico_usd: '2000000' };
const none = { input: 0, cacheRead: 0, cacheWrite: 0, output: 0 };

describe('a price', () => {
  test('for a token reads as dollars for a million', () => {
    expect(perMillion('5000000')).toBe(5_000_000_000n);
  });

  test('is summed over the classes of tokens', () => {
    const tokens = { input: 10, cacheRead: 100, cacheWrite: 4, output: 20 };
    expect(costOf([tier], tokens)).toBe(85_000n);
  });

  test('is of the tier that the whole input is in, cached tokens included', () => {
    expect(costOf([tier, dear], { ...none, input: 1, cacheRead: 99 })).toBe(10_900n);
    expect(costOf([tier, dear], { ...none, input: 1, cacheRead: 100 })).toBe(12_000n);
  });

  test('is rounded up once', () => {
    const cheap = { ...tier, input_pico_usd: '1', output_pico_usd: '1' };
    expect(costOf([cheap], { ...none, input: 1, output: 1 })).toBe(1n);
    expect(costOf([cheap], none)).toBe(0n);
  });
});
