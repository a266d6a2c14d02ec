import { describe, expect, it } from '@jest/globals';
import { uuidOf } from '@modelbridge/contracts';
import { requestIdAt } from '../testing/sample-records.js';
import { idTimeMs } from '../requests/id-time.js';
import { monthBounds, monthsFrom, partitionOf } from './id-month.js';

const firstOfMarch = Date.UTC(2024, 2, 1);

describe('the months of request ids', () => {
  it('puts the last id of a month below the bound and the first of the next at or above it', () => {
    const february = monthBounds(new Date(firstOfMarch - 1));
    const last = uuidOf('request', requestIdAt(firstOfMarch - 1, true));
    const first = uuidOf('request', requestIdAt(firstOfMarch));
    expect(last < february.to && first >= february.to).toBe(true);
    expect(monthBounds(new Date(idTimeMs(last))).month).toBe('2024-02');
    expect(monthBounds(new Date(idTimeMs(first))).month).toBe('2024-03');
  });

  it('leaves no gap between months, also over the end of a year and a leap day', () => {
    const months = monthsFrom(new Date(Date.UTC(2023, 10, 30)), 0, 6);
    expect(months.map(({ month }) => month)).toEqual([
      '2023-11',
      '2023-12',
      '2024-01',
      '2024-02',
      '2024-03',
      '2024-04',
    ]);
    expect(months.slice(1).map(({ from }) => from)).toEqual(
      months.slice(0, -1).map(({ to }) => to),
    );
  });

  it('counts back from a day that shorter months do not have', () => {
    expect(monthsFrom(new Date(Date.UTC(2024, 2, 31)), -1, 1)[0]?.month).toBe('2024-02');
  });

  it('has a partition for every id, and no two that overlap', () => {
    const edges = [0, Date.UTC(2020, 0), firstOfMarch, Date.UTC(2100, 0), 2 ** 48 - 1];
    const partitions = edges.flatMap((time) =>
      [time - 1, time]
        .filter((ms) => ms >= 0)
        .map((ms) => uuidOf('request', requestIdAt(ms, true))),
    );
    expect(partitions.map((id) => partitionOf(id).month)).toEqual([
      'before_2020',
      'before_2020',
      '2020-01',
      '2024-02',
      '2024-03',
      '2099-12',
      'from_2100',
      'from_2100',
      'from_2100',
    ]);
    for (const id of partitions) {
      const { from, to } = partitionOf(id);
      expect(id >= from && id < to).toBe(true);
    }
    expect(partitionOf(partitions[1] ?? '').to).toBe(partitionOf(partitions[2] ?? '').from);
    expect(partitionOf(partitions[5] ?? '').to).toBe(partitionOf(partitions[6] ?? '').from);
  });

  it('reads the time of an id to the millisecond', () => {
    expect(idTimeMs(uuidOf('request', requestIdAt(firstOfMarch - 1)))).toBe(firstOfMarch - 1);
  });
});
