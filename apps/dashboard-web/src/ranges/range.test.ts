import { describe, expect, test } from '@jest/globals';
import { rangeBefore, rangeOf, rangeOfDays } from './range.js';

const NOW = Date.parse('2026-11-30T13:45:10.500Z');

describe('a range', () => {
  test.each([
    ['hour', '2026-11-30T12:46:00.000Z', '2026-11-30T13:46:00.000Z'],
    ['day', '2026-11-29T14:00:00.000Z', '2026-11-30T14:00:00.000Z'],
    ['7d', '2026-11-24T00:00:00.000Z', '2026-12-01T00:00:00.000Z'],
    ['year', '2025-12-01T00:00:00.000Z', '2026-12-01T00:00:00.000Z'],
  ] as const)('of the last %s is whole periods with the running one', (name, from, to) => {
    expect(rangeOf(name, NOW)).toMatchObject({ from, to });
  });

  test('of days has its last day in it, and hours where it is short', () => {
    expect(rangeOfDays('2026-11-29', '2026-11-30')).toEqual({
      from: '2026-11-29T00:00:00.000Z',
      to: '2026-12-01T00:00:00.000Z',
      granularity: 'hour',
    });
    expect(rangeOfDays('2026-10-01', '2026-11-30')?.granularity).toBe('day');
  });

  test.each([
    ['2026-11-30', '2026-11-29'],
    ['2026-02-30', '2026-13-01'],
    ['', ''],
    ['2024-01-01', '2026-11-30'],
  ])('from %p to %p is none', (first, last) => {
    expect(rangeOfDays(first, last)).toBeUndefined();
  });

  test('is compared with the one of the same length before it', () => {
    expect(rangeBefore(rangeOf('7d', NOW))).toMatchObject({
      from: '2026-11-17T00:00:00.000Z',
      to: '2026-11-24T00:00:00.000Z',
    });
    expect(rangeBefore(rangeOf('year', NOW))).toMatchObject({
      from: '2024-12-01T00:00:00.000Z',
      to: '2025-12-01T00:00:00.000Z',
    });
  });
});
