import { describe, expect, it } from '@jest/globals';
import { HangBreaker, hangBounds } from './hang-breaker.js';

const { hangMs, pauseMs } = hangBounds;

describe('a breaker in front of a service', () => {
  it('opens when a call was not answered in time, and none that was sent after it', () => {
    const breaker = new HangBreaker();
    const first = breaker.begin(0);
    const second = breaker.begin(10);
    expect(breaker.pausedMs(hangMs)).toBeUndefined();
    first('too_late', hangMs);
    expect(breaker.pausedMs(hangMs)).toBe(pauseMs);
    second('too_late', hangMs + 10);
    expect(breaker.pausedMs(hangMs + 10)).toBe(pauseMs);
  });

  it('stays closed where others were answered meanwhile: one slow call is nobody else’s', () => {
    const breaker = new HangBreaker();
    const slow = breaker.begin(0);
    breaker.begin(10)('answered', 20);
    slow('too_late', hangMs);
    expect(breaker.pausedMs(hangMs)).toBeUndefined();
  });

  it('stays closed on a short deadline, and for a service that cannot be reached', () => {
    const breaker = new HangBreaker();
    breaker.begin(0)('too_late', hangMs - 1);
    breaker.begin(0)('unreached', hangMs);
    expect(breaker.pausedMs(hangMs)).toBeUndefined();
  });

  it('lets one call at a time try, and closes with any answer', () => {
    const breaker = new HangBreaker();
    const late = breaker.begin(1);
    breaker.begin(0)('too_late', hangMs);
    let now = hangMs + pauseMs;
    expect(breaker.pausedMs(now - 1)).toBe(1);
    expect(breaker.pausedMs(now)).toBeUndefined();
    const trial = breaker.begin(now);
    expect(breaker.pausedMs(now)).toBe(pauseMs);
    now += 10 * hangMs;
    expect(breaker.pausedMs(now)).toBe(pauseMs);
    trial('too_late', now);
    expect(breaker.pausedMs(now)).toBe(pauseMs);
    now += pauseMs;
    breaker.begin(now)('unreached', now);
    expect(breaker.pausedMs(now)).toBe(pauseMs);
    late('answered', now);
    expect(breaker.pausedMs(now)).toBeUndefined();
  });
});
