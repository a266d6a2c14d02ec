import { newId } from '@modelbridge/contracts';
import { describe, expect, it } from '@jest/globals';
import { seriesOf, seriesQuerySchema, type SeriesRow } from './usage-series.js';

const asked = {
  accountId: newId('account'),
  keyId: '',
  userId: '',
  model: '',
  from: new Date('2026-01-01T00:00:00Z'),
  to: new Date('2026-03-01T00:00:00Z'),
  granularity: 'month',
  groupBy: 'model',
  mostGroups: 0,
};

function badField(changes: object): unknown {
  return seriesQuerySchema.safeParse({ ...asked, ...changes }).error?.issues[0]?.path[0];
}

describe('a question for a series', () => {
  it.each([
    ['accountId', { accountId: '' }],
    ['keyId', { keyId: newId('user') }],
    ['userId', { userId: newId('key') }],
    ['model', { model: 'a\0' }],
    ['from', { from: undefined }],
    ['from', { from: new Date('2026-01-02T00:00:00Z') }],
    ['from', { granularity: 'day', from: new Date('2026-01-01T01:00:00Z') }],
    ['from', { granularity: 'minute', from: new Date(Date.now() - 50 * 3_600_000) }],
    ['to', { to: asked.from }],
    ['to', { to: new Date('2026-02-15T00:00:00Z') }],
    ['to', { granularity: 'hour' }],
    ['granularity', { granularity: undefined }],
    ['groupBy', { groupBy: undefined }],
    ['mostGroups', { mostGroups: 201 }],
  ])('is refused by the name of the bad field: %s', (field, changes) => {
    expect(badField(changes)).toBe(field);
  });

  it.each([
    ['month', '2025-11-01T00:00:00Z', '2026-03-01T00:00:00Z', 4],
    ['day', '2026-02-01T00:00:00Z', '2026-03-01T00:00:00Z', 28],
    ['day', '2025-01-01T00:00:00Z', '2026-02-05T00:00:00Z', 400],
    ['hour', '2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z', 24],
  ])('has every %s from %s to %s', (granularity, from, to, count) => {
    const given = { ...asked, granularity, from: new Date(from), to: new Date(to) };
    const { periodStarts } = seriesQuerySchema.parse(given);
    expect(periodStarts).toHaveLength(count);
    expect(periodStarts[0]).toEqual(given.from);
    expect(new Set(periodStarts.map(Number)).size).toBe(count);
  });
});

const row = (month: string, group: string | null, cost: bigint, requests = 1n): SeriesRow => ({
  ...{ periodStart: new Date(`2026-${month}-01T00:00:00Z`), group, requests },
  ...{ errors: 0n, tokens: 10n, costNanoUsd: cost, firstTokens: null },
});

describe('a series', () => {
  const query = seriesQuerySchema.parse(asked);

  it('has the dearest group first, the rest last, and a value for each period', () => {
    const { totals, periods, groups } = seriesOf(query, [
      row('02', 'cheap', 5n),
      row('01', null, 100n),
      row('01', 'dear', 30n),
      row('02', 'dear', 30n),
    ]);
    expect(groups.map(({ group, isRest, costNanoUsd }) => [group, isRest, costNanoUsd])).toEqual([
      ['dear', false, [30n, 30n]],
      ['cheap', false, [0n, 5n]],
      ['', true, [100n, 0n]],
    ]);
    expect(totals).toMatchObject({ costNanoUsd: 165n, requests: 4n, tokens: 40n });
    expect(periods.map(({ costNanoUsd }) => costNanoUsd)).toEqual([130n, 35n]);
  });

  it('without anything used has all its periods and no group', () => {
    const { totals, periods, groups } = seriesOf(query, []);
    expect(totals).toMatchObject({ requests: 0n, firstTokenP50Ms: undefined });
    expect(periods).toHaveLength(2);
    expect(groups).toEqual([]);
  });

  it('fails where a sum is of none of its periods, and never leaves it out of the bars alone', () => {
    expect(() => seriesOf(query, [row('03', 'dear', 1n)])).toThrow('no period');
  });
});
