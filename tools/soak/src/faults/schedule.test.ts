import { describe, expect, it } from '@jest/globals';
import { Random } from '../random.js';
import { describeDeed, processNames } from './fault.js';
import { Schedule } from './schedule.js';

const shape = { faultsMs: 60_000, faults: 18, gateways: 3 };
const rounds = (seed: number, count: number) => {
  const schedule = new Schedule(new Random(seed), shape);
  return Array.from({ length: count }, () => schedule.round());
};

describe('the schedule of faults', () => {
  it('follows from its seed alone', () => {
    expect(rounds(7, 5)).toEqual(rounds(7, 5));
    expect(rounds(7, 5)).not.toEqual(rounds(8, 5));
  });

  it('deals every kind in a round as long as the deck, and kills and suspends every process before any again', () => {
    const dealt = rounds(3, 20);
    const kinds = new Set(dealt[0]!.map(({ deed }) => deed.kind));
    expect(kinds.size).toBeGreaterThanOrEqual(13);
    const done = new Set(dealt.flat().map(({ deed }) => describeDeed(deed)));
    for (const name of processNames.filter((process) => process !== 'gateway')) {
      expect(done).toContain(`kill ${name}`);
      expect(done).toContain(`suspend ${name}`);
    }
    for (const gateway of [1, 2, 3]) expect(done).toContain(`kill gateway-${gateway}`);
  });

  it('keeps the order of time and the length of a round', () => {
    for (const round of rounds(11, 10)) {
      const times = round.map(({ atMs }) => atMs);
      expect(times).toEqual([...times].sort((a, b) => a - b));
      expect(times.at(-1)).toBeLessThan(shape.faultsMs);
    }
  });
});
