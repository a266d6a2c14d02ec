import { describe, expect, it } from '@jest/globals';
import { sampleRecord } from '../testing/sample-records.js';
import { sumByHour } from './hourly.js';

describe('hourly sums', () => {
  it('add up what belongs to one hour, key, user and model, to the nano-dollar', () => {
    const first = sampleRecord(1, { completedAt: '2026-03-01T10:59:59.999Z', costNanoUsd: '7' });
    const second = sampleRecord(2, { ...first, requestId: sampleRecord(2).requestId, sequence: 2 });
    const nextHour = { ...first, completedAt: '2026-03-01T11:00:00Z' };
    const sums = sumByHour([nextHour, first, second, { ...first, model: 'other' }]);
    expect(sums.map(({ requests, costNanoUsd }) => [requests, costNanoUsd])).toEqual([
      [2, 14n],
      [1, 7n],
      [1, 7n],
    ]);
    expect(new Date(sums[0]?.hourMs ?? 0).toISOString()).toBe('2026-03-01T10:00:00.000Z');
    expect(sums[0]?.inputTokens).toBe(first.inputTokens * 2);
  });

  it('come in one order whatever the order of the records', () => {
    const records = Array.from({ length: 50 }, (_, index) => sampleRecord(index));
    expect(sumByHour([...records].reverse())).toEqual(sumByHour(records));
  });
});
