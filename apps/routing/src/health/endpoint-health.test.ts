import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  afterOutcomes,
  atTime,
  ejectionRules,
  unknownEndpoint,
  type EndpointHealth,
} from './endpoint-health.js';

const start = 1_000_000;
const failure = { succeeded: 0, failed: 1 };
const success = { succeeded: 1, failed: 0 };

function afterFailures(count: number, health = unknownEndpoint, nowMs = start): EndpointHealth {
  let next = health;
  for (let i = 0; i < count; i += 1) next = afterOutcomes(next, failure, nowMs);
  return next;
}

describe('an endpoint', () => {
  it('is ejected at the fifth failure in a row, not before', () => {
    expect(afterFailures(4).phase).toBe('healthy');
    expect(afterFailures(5).phase).toBe('ejected');
    expect(afterOutcomes(unknownEndpoint, { succeeded: 0, failed: 5 }, start).phase).toBe(
      'ejected',
    );
  });

  it('stays when a success breaks the row', () => {
    expect(afterFailures(4, afterOutcomes(afterFailures(4), success, start)).phase).toBe('healthy');
  });

  it('is ejected when half of ten outcomes failed, and not for fewer or a smaller share', () => {
    expect(afterOutcomes(unknownEndpoint, { succeeded: 5, failed: 5 }, start).phase).toBe(
      'ejected',
    );
    expect(afterOutcomes(unknownEndpoint, { succeeded: 4, failed: 5 }, start).phase).toBe(
      'healthy',
    );
    expect(afterOutcomes(unknownEndpoint, { succeeded: 11, failed: 9 }, start).phase).toBe(
      'healthy',
    );
  });

  it('is judged by the last ten seconds only', () => {
    const old = afterOutcomes(unknownEndpoint, { succeeded: 5, failed: 4 }, start);
    expect(afterOutcomes(old, { succeeded: 1, failed: 1 }, start + 9_000).phase).toBe('healthy');
    expect(afterOutcomes(old, { succeeded: 1, failed: 2 }, start + 9_000).phase).toBe('ejected');
    expect(afterOutcomes(old, { succeeded: 1, failed: 2 }, start + 10_000).phase).toBe('healthy');
  });

  it('keeps a bounded memory however often it is reported', () => {
    let health = unknownEndpoint;
    for (let i = 0; i < 10_000; i += 1) health = afterOutcomes(health, success, start + i * 50);
    expect(health.seconds.length).toBeLessThanOrEqual(ejectionRules.windowMs / 1_000);
  });
});

describe('an ejection', () => {
  const ejected = afterFailures(5);

  it('lasts five seconds and then lets a trial through', () => {
    expect(atTime(ejected, start + 4_999).phase).toBe('ejected');
    expect(atTime(ejected, start + 5_000).phase).toBe('half_open');
  });

  it('is not ended or prolonged by requests that were already running', () => {
    expect(afterOutcomes(ejected, success, start + 1_000)).toEqual(ejected);
    expect(afterOutcomes(ejected, failure, start + 1_000)).toEqual(ejected);
  });

  it('ends for good with the first success of the trial', () => {
    expect(afterOutcomes(ejected, success, start + 5_000).phase).toBe('healthy');
  });

  it('doubles with every failed trial, up to a minute', () => {
    const lengths: number[] = [];
    let health = ejected;
    let nowMs = start;
    for (let i = 0; i < 6; i += 1) {
      lengths.push(health.ejectedUntilMs - nowMs);
      nowMs = health.ejectedUntilMs;
      health = afterOutcomes(health, failure, nowMs);
    }
    expect(lengths).toEqual([5_000, 10_000, 20_000, 40_000, 60_000, 60_000]);
  });

  it('stays long for an endpoint that fails again soon after its trial, and is short again after a good minute', () => {
    const back = afterOutcomes(ejected, success, start + 5_000);
    const soon = start + 20_000;
    expect(afterFailures(5, back, soon).ejectedUntilMs - soon).toBe(10_000);
    const later = start + 5_000 + ejectionRules.forgiveAfterMs + 1;
    expect(afterFailures(5, back, later).ejectedUntilMs - later).toBe(5_000);
  });
});

describe('over any history', () => {
  const step = fc.record({
    succeeded: fc.nat(20),
    failed: fc.nat(20),
    afterMs: fc.nat(30_000),
  });

  it('an ejection lasts between five seconds and a minute, and memory stays bounded', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        let health = unknownEndpoint;
        let nowMs = start;
        for (const { afterMs, ...outcomes } of steps) {
          nowMs += afterMs;
          const before = atTime(health, nowMs).phase;
          health = afterOutcomes(health, outcomes, nowMs);
          if (health.phase === 'ejected' && before !== 'ejected') {
            expect(health.ejectedUntilMs - nowMs).toBeGreaterThanOrEqual(5_000);
            expect(health.ejectedUntilMs - nowMs).toBeLessThanOrEqual(60_000);
          }
          expect(health.seconds.length).toBeLessThanOrEqual(10);
        }
      }),
    );
  });

  it('an endpoint that never fails is never ejected', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 50 }), (steps) => {
        let health = unknownEndpoint;
        let nowMs = start;
        for (const { succeeded, afterMs } of steps) {
          nowMs += afterMs;
          health = afterOutcomes(health, { succeeded, failed: 0 }, nowMs);
          expect(health.phase).toBe('healthy');
        }
      }),
    );
  });
});
