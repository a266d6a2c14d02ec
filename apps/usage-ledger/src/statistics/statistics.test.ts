import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  hoursDue,
  publishable,
  statisticsBounds,
  type CountedGroup,
  type PublishedGroup,
} from './statistics.js';

const { leastAccounts, leastRequests, largestShareOf } = statisticsBounds;

const group = (over: Partial<CountedGroup> = {}): CountedGroup => ({
  model: 'kimi-k2.5',
  region: 'eu-west',
  accounts: leastAccounts,
  requests: leastRequests,
  largestAccountRequests: leastRequests / largestShareOf,
  faults: 0,
  timedAccounts: leastAccounts,
  timedRequests: leastRequests,
  medianFirstTokenMs: 254.5,
  p95FirstTokenMs: 1_234,
  ...over,
});

/** The requests of one hour: how many each account made, and how many of them failed. */
function groupOf(counts: readonly number[], faults: number): CountedGroup {
  const requests = counts.reduce((sum, count) => sum + count, 0);
  return group({
    accounts: counts.length,
    requests,
    largestAccountRequests: Math.max(...counts),
    faults: Math.min(faults, requests),
    timedAccounts: counts.length,
    timedRequests: requests,
  });
}

describe('a group of requests', () => {
  it('is told in round figures', () => {
    expect(publishable(group({ faults: 2 }))).toEqual({
      model: 'kimi-k2.5',
      region: 'eu-west',
      availabilityPermille: 980,
      medianFirstTokenMs: 250,
      p95FirstTokenMs: 1_200,
    } satisfies PublishedGroup);
  });

  it.each([
    ['one account too few', { accounts: leastAccounts - 1 }],
    ['one request too few', { requests: leastRequests - 1, largestAccountRequests: 1 }],
    ['one account that makes most of it', { largestAccountRequests: leastRequests / 2 + 1 }],
  ])('is not told with %s', (_, over) => {
    expect(publishable(group(over))).toBeUndefined();
  });

  it.each([
    ['accounts', { timedAccounts: leastAccounts - 1 }],
    ['requests', { timedRequests: leastRequests - 1 }],
  ])('is told without times where too few %s were timed', (_, over) => {
    expect(publishable(group(over))).toMatchObject({
      availabilityPermille: 1_000,
      medianFirstTokenMs: null,
      p95FirstTokenMs: null,
    });
  });

  it('is never told of fewer accounts or requests than the least, whatever is in it', () => {
    const counts = fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 25 });
    let told = 0;
    fc.assert(
      fc.property(counts, fc.nat(50), (made, faults) => {
        const counted = groupOf(made, faults);
        if (publishable(counted) === undefined) return;
        told += 1;
        expect(made.length).toBeGreaterThanOrEqual(leastAccounts);
        expect(counted.requests).toBeGreaterThanOrEqual(leastRequests);
        expect(Math.max(...made) * largestShareOf).toBeLessThanOrEqual(counted.requests);
      }),
      { numRuns: 1_000 },
    );
    expect(told).toBeGreaterThan(100);
  });

  it('tells from two neighbouring hours neither whether one account was there nor how many requests it made', () => {
    const counts = fc.array(fc.integer({ min: 20, max: 50 }), {
      minLength: leastAccounts,
      maxLength: 25,
    });
    fc.assert(
      fc.property(counts, fc.integer({ min: 1, max: 5 }), (others, one) => {
        const without = publishable(groupOf(others, 0));
        // The same, with and without: nothing that is told counts anything.
        expect(publishable(groupOf([...others, one], 0))).toEqual(without);
        expect(Object.keys(without ?? {}).sort()).toEqual([
          'availabilityPermille',
          'medianFirstTokenMs',
          'model',
          'p95FirstTokenMs',
          'region',
        ]);
      }),
    );
  });
});

describe('the hours to count', () => {
  it('are full, do not overlap, and end a while ago', () => {
    const hours = hoursDue(new Date('2026-11-29T16:14:59Z'));
    expect(hours.at(-1)).toEqual(new Date('2026-11-29T14:00:00Z'));
    expect(hoursDue(new Date('2026-11-29T16:15:00Z')).at(-1)).toEqual(
      new Date('2026-11-29T15:00:00Z'),
    );
    const steps = hours.slice(1).map((hour, i) => hour.getTime() - hours[i]!.getTime());
    expect(new Set(steps)).toEqual(new Set([3_600_000]));
  });
});
