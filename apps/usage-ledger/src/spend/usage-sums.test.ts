import { describe, expect, it } from '@jest/globals';
import { sampleRecord } from '../testing/sample-records.js';
import { lowerByHour, sumByDay, sumByHour } from './usage-sums.js';

describe('sums of usage', () => {
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
    expect(new Date(sums[0]?.startMs ?? 0).toISOString()).toBe('2026-03-01T10:00:00.000Z');
    expect(sums[0]?.inputTokens).toBe(first.inputTokens * 2);
  });

  it('come in one order whatever the order of the records', () => {
    const records = Array.from({ length: 50 }, (_, index) => sampleRecord(index));
    expect(sumByHour([...records].reverse())).toEqual(sumByHour(records));
  });

  it('go down by what requests turned out not to cost, and count no request again', () => {
    const record = sampleRecord(1, { completedAt: '2026-03-01T10:59:59.999Z' });
    const lowered = { ...record, byNanoUsd: 7n };
    expect(lowerByHour([lowered, lowered])).toEqual([
      expect.objectContaining({ requests: 0, inputTokens: 0, costNanoUsd: -14n }),
    ]);
  });

  it('of a day are those of its hours, in UTC', () => {
    const at = (completedAt: string) =>
      sampleRecord(1, { ...shared, completedAt, costNanoUsd: '7' });
    const shared = sampleRecord(1);
    const hours = sumByHour([
      at('2026-03-01T00:00:00Z'),
      at('2026-03-01T23:59:59.999Z'),
      at('2026-03-02T00:00:00Z'),
    ]);
    const days = sumByDay(hours);
    expect(days.map(({ startMs, requests }) => [startMs, requests])).toEqual([
      [Date.UTC(2026, 2, 1), 2],
      [Date.UTC(2026, 2, 2), 1],
    ]);
    expect(days[0]).toMatchObject({ inputTokens: shared.inputTokens * 2, costNanoUsd: 14n });
  });
});
