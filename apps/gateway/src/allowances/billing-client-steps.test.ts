import { describe, expect, it } from '@jest/globals';
import { RateSlice } from '@modelbridge/contracts/billing.v1';
import { sliceOf } from './billing-client-steps.js';

describe('a slice of a rate window', () => {
  it('begins no sooner and ends no later than the window of billing, whatever the call took', () => {
    const window = { startsAt: 60_000, endsAt: 120_000 };
    for (const sentAt of [0, 30_000, 59_990, 119_000]) {
      for (const tookMs of [0, 1, 40, 900]) {
        for (const share of [0, 0.5, 1]) {
          const lookedAt = sentAt + tookMs * share;
          const rate = RateSlice.fromPartial({
            windowStartsInMs: Math.max(0, window.startsAt - lookedAt),
            windowEndsInMs: window.endsAt - lookedAt,
          });
          const slice = sliceOf(rate, { sentAt, answeredAt: sentAt + tookMs });
          expect(slice.windowEndsAt).toBeLessThanOrEqual(window.endsAt);
          if (lookedAt < window.startsAt) {
            expect(slice.windowStartsAt).toBeGreaterThanOrEqual(window.startsAt);
          }
        }
      }
    }
  });
});
