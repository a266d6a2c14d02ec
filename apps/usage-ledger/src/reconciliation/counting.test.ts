import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { groupsOfRuns, runsBetween } from './counting.js';

describe('the parts of a count', () => {
  it('cover every ledger sequence once, and no part is long', () => {
    expect(runsBetween(3n, 10n, 3n)).toEqual([
      { after: 3n, upTo: 6n },
      { after: 6n, upTo: 9n },
      { after: 9n, upTo: 10n },
    ]);
    expect(runsBetween(10n, 10n, 3n)).toEqual([]);
    expect(runsBetween(12n, 10n, 3n)).toEqual([]);
  });

  it('cover every sequence of every epoch once, and no group is large', () => {
    const epochs = fc.array(fc.bigInt({ min: 0n, max: 25_000n }), { maxLength: 30 });
    fc.assert(
      fc.property(epochs, (watermarks) => {
        const groups = groupsOfRuns(
          watermarks.map((watermark, index) => ({ gatewayEpoch: `${index}`, watermark })),
          5_000n,
        );
        const covered = watermarks.map(() => 0n);
        for (const group of groups) {
          expect(group.length).toBeLessThanOrEqual(1_000);
          let size = 0n;
          for (const { gatewayEpoch, after, upTo } of group) {
            expect(after).toBe(covered[Number(gatewayEpoch)]);
            covered[Number(gatewayEpoch)] = upTo;
            size += upTo - after;
          }
          expect(size).toBeLessThanOrEqual(5_000n);
        }
        expect(covered).toEqual(watermarks);
      }),
    );
  });
});
