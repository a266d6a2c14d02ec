import { describe, expect, it } from '@jest/globals';
import { isAwaited } from './awaited.js';

const now = new Date('2026-03-14T12:00:00Z');
const allowance = { gatewayEpoch: 'own', graceUntil: new Date('2026-03-14T11:59:00Z') };
const nothing = { epochs: [], oldestUnconfirmedAgeMs: 0n };
const epoch = { gatewayEpoch: 'own', oldestAgeMs: 900_000n, silentMs: 3_000n };

describe('an allowance whose grace is over', () => {
  it.each([
    ['nobody holds usage of', nothing, false],
    ['its gateway holds older usage', { ...nothing, epochs: [epoch] }, true],
    [
      'its gateway holds only newer usage',
      { ...nothing, epochs: [{ ...epoch, oldestAgeMs: 59_000n }] },
      false,
    ],
    [
      'another gateway holds usage',
      { ...nothing, epochs: [{ ...epoch, gatewayEpoch: 'other' }] },
      false,
    ],
    [
      'its gateway has said nothing for a minute',
      { ...nothing, epochs: [{ ...epoch, silentMs: 60_000n }] },
      false,
    ],
    [
      'older usage is recorded and not charged',
      { ...nothing, oldestUnconfirmedAgeMs: 61_000n },
      true,
    ],
    ['only newer usage is not charged', { ...nothing, oldestUnconfirmedAgeMs: 59_000n }, false],
  ])('where %s', (_, outstanding, awaited) => {
    expect(isAwaited(allowance, outstanding, now)).toBe(awaited);
  });
});
