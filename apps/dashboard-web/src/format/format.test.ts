import { describe, expect, test } from '@jest/globals';
import { changeOf } from './change.js';
import {
  dollarsOfNanos,
  exactMoney,
  exactPicoMoney,
  nanosOfDollars,
  readableCost,
  readableMoney,
  shortMoney,
} from './money.js';
import {
  exactCount,
  readableBytes,
  readableCount,
  readableDuration,
  readableShare,
} from './numbers.js';
import { exactTime, readableTime, timeFromNow } from './time.js';

describe('money', () => {
  test.each([
    ['0', '$0.00', '$0.00'],
    ['1', '$0.000000001', '$0.000000001'],
    ['4123456', '$0.00412', '$0.004123456'],
    ['9999999', '$0.01', '$0.009999999'],
    ['10000000', '$0.01', '$0.01'],
    ['-2500000000', '-$2.50', '-$2.50'],
    ['9007199254740993123456789', '$9,007,199,254,740,993.12', '$9,007,199,254,740,993.123456789'],
  ])('of %s nano-USD reads %s and is exactly %s', (nanos, readable, exact) => {
    expect(readableMoney(nanos)).toBe(readable);
    expect(exactMoney(nanos)).toBe(exact);
  });

  test('of one request is told more finely', () => {
    expect(readableCost('32711744')).toBe('$0.0327');
    expect(readableCost('4123456')).toBe('$0.00412');
    expect(readableCost('1250000000')).toBe('$1.25');
  });

  test('of prices has all their places', () => {
    expect(exactPicoMoney(1_500_000n)).toBe('$0.0000015');
    expect(exactPicoMoney(2_000_000_000_001n)).toBe('$2.000000000001');
  });

  test('is short on an axis', () => {
    expect(shortMoney('1234000000000')).toBe('$1.2K');
    expect(shortMoney('12000000000')).toBe('$12.00');
  });

  test.each([
    ['12.5', '12500000000'],
    ['$1,000', '1000000000000'],
    ['0.000000001', '1'],
    [' 3 ', '3000000000'],
    ['1.0000000001', undefined],
    ['-1', undefined],
    ['1e3', undefined],
    ['', undefined],
  ])('typed as %p is %p nano-USD', (text, nanos) => {
    expect(nanosOfDollars(text)).toBe(nanos);
  });

  test.each([
    ['12500000000', '12.5'],
    ['100000000000', '100'],
    ['0', '0'],
    ['1', '0.000000001'],
  ])('of %s nano-USD is typed as %s', (nanos, text) => {
    expect(dollarsOfNanos(nanos)).toBe(text);
    expect(nanosOfDollars(text)).toBe(nanos);
  });
});

describe('numbers', () => {
  test('of tokens are short for reading and exact on demand, beyond what a float holds too', () => {
    expect(readableCount(9_999)).toBe('9,999');
    expect(readableCount('1234567')).toBe('1.2M');
    expect(exactCount('9007199254740993')).toBe('9,007,199,254,740,993');
  });

  test('of milliseconds have the unit that fits', () => {
    expect([850, 2_414, 12_345, 185_000].map(readableDuration)).toEqual([
      '850 ms',
      '2.41 s',
      '12.3 s',
      '3 min 5 s',
    ]);
  });

  test('of bytes have the unit that fits', () => {
    expect([0, 999, 12_345, 999_999_999].map(readableBytes)).toEqual([
      '0 B',
      '999 B',
      '12.3 KB',
      '1000 MB',
    ]);
  });

  test('of a share never hide that there is some', () => {
    expect(readableShare(0, 10)).toBe('0%');
    expect(readableShare(1, 2_000)).toBe('0.05%');
    expect(readableShare(1, 8)).toBe('13%');
    expect(readableShare(0, 0)).toBe('0%');
  });
});

describe('times', () => {
  test('are local for reading and UTC exactly', () => {
    const iso = '2026-11-30T13:03:22.120Z';
    expect(readableTime(iso, 'minute', 'Europe/Berlin')).toBe('30 Nov, 14:03');
    expect(exactTime(iso)).toBe('2026-11-30 13:03:22.120 UTC');
    expect(exactTime('2026-11-30T13:03:22Z')).toBe('2026-11-30 13:03:22 UTC');
  });

  test.each([
    [-5_000, '5 seconds ago'],
    [-180_000, '3 minutes ago'],
    [-86_400_000, 'yesterday'],
    [3_600_000, 'in 1 hour'],
  ])('%i ms from now are %s', (offset, said) => {
    expect(timeFromNow(new Date(1_800_000_000_000 + offset).toISOString(), 1_800_000_000_000)).toBe(
      said,
    );
  });
});

describe('a change', () => {
  test.each([
    [112n, 100n, '+12%'],
    [97n, 100n, '−3%'],
    [100n, 100n, '±0%'],
    [340n, 100n, '3.4×'],
    [0n, 100n, '−100%'],
    [5n, 0n, undefined],
  ])('from %s, before %s, is %p', (value, before, said) => {
    expect(changeOf(value, before)).toBe(said);
  });
});
