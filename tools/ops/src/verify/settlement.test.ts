import { describe, expect, it } from '@jest/globals';
import { usageAgreesWithCharges } from './settlement.js';

const usage = {
  newestLedgerSequence: 12n,
  confirmedLedgerSequence: 10n,
  confirmedRequests: 10n,
  confirmedCostNanoUsd: 900n,
  confirmedOverrunNanoUsd: 100n,
  settledSequences: 11n,
  sequenceGaps: 0n,
  epochsWithGaps: [],
  quarantinedRecords: 0n,
};
const nothing = { epochs: [], oldestUnconfirmedAgeMs: 0n };
const charges = { charges: 10n, chargedNanoUsd: 900n, overrunNanoUsd: 100n, quarantined: 0n };

describe('I5', () => {
  it('holds where costs equal charges, and overruns overruns', () => {
    expect(usageAgreesWithCharges(usage, charges, nothing)).toEqual({
      invariant: 'I5',
      checked: 21n,
      violations: 0n,
      examples: [],
    });
  });

  it.each([
    ['an overrun that is forgotten', {}, { overrunNanoUsd: 0n }, 1n],
    ['a cost that is one nano-dollar off', { confirmedCostNanoUsd: 901n }, {}, 1n],
    ['an overrun that the customer is shown as cost', { confirmedCostNanoUsd: 1_000n }, {}, 1n],
    ['a free request without a charge', {}, { charges: 9n }, 1n],
    ['requests without charges', {}, { charges: 8n, chargedNanoUsd: 700n }, 3n],
    ['a charge without a request', {}, { charges: 11n, chargedNanoUsd: 950n }, 2n],
  ])('is violated by %s (control)', (_, otherUsage, otherCharges, violations) => {
    const found = usageAgreesWithCharges(
      { ...usage, ...otherUsage },
      { ...charges, ...otherCharges },
      nothing,
    );
    expect(found.violations).toBe(violations);
    expect(found.examples.length).toBeGreaterThan(0);
  });

  it('is violated by every sequence that is missing under a watermark (control)', () => {
    const gatewayEpoch = '01890a5d-ac96-774b-bcce-b302099a8057';
    const found = usageAgreesWithCharges(
      {
        ...usage,
        sequenceGaps: 3n,
        epochsWithGaps: [{ gatewayEpoch, settledSequence: 11n, sequenceGaps: 3n }],
      },
      charges,
      nothing,
    );
    expect(found.violations).toBe(3n);
    expect(found.examples).toEqual([expect.stringContaining(gatewayEpoch)]);
  });

  const epoch = {
    gatewayEpoch: '01890a5d-ac96-774b-bcce-b302099a8057',
    records: 7n,
    oldestAgeMs: 17n * 60_000n,
    silentMs: 2_000n,
  };
  it.each([
    ['records in quarantine', { quarantinedRecords: 2n }, nothing, 2n],
    ['usage that a gateway cannot get recorded', {}, { ...nothing, epochs: [epoch] }, 7n],
    ['usage that is not charged', {}, { ...nothing, oldestUnconfirmedAgeMs: 600_000n }, 1n],
  ])('is violated by %s (control)', (_, otherUsage, outstanding, violations) => {
    const found = usageAgreesWithCharges({ ...usage, ...otherUsage }, charges, outstanding);
    expect(found).toMatchObject({ violations, examples: [expect.any(String)] });
  });

  it('holds while usage is on its way', () => {
    const outstanding = {
      epochs: [{ ...epoch, oldestAgeMs: 20_000n }],
      oldestUnconfirmedAgeMs: 20_000n,
    };
    expect(usageAgreesWithCharges(usage, charges, outstanding).violations).toBe(0n);
  });
});
