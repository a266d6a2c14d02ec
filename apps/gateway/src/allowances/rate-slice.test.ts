import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { RateGate, type Slice } from './rate-slice.js';

const minute = 60_000;

function slice(values: Partial<Slice> = {}): Slice {
  return {
    requests: 10,
    tokens: 1_000,
    concurrentRequests: 100,
    limitRequests: 60,
    limitTokens: 10_000,
    limitConcurrentRequests: 100,
    unallocatedRequests: 50,
    unallocatedTokens: 9_000,
    windowStartsAt: 0,
    windowEndsAt: minute,
    resetsAt: minute,
    ...values,
  };
}

function gate(values: Partial<Slice> = {}): RateGate {
  const made = new RateGate();
  made.update(slice(values), 0);
  return made;
}

function admitted(rate: RateGate, tokens: number, now: number): number {
  let count = 0;
  while (count < 1_000 && rate.take(tokens, now)) count += 1;
  return count;
}

describe('a rate gate', () => {
  it('admits as many requests as the slice has', () => {
    expect(admitted(gate(), 1, 0)).toBe(10);
  });

  it('admits as many tokens as the slice has', () => {
    expect(admitted(gate(), 300, 0)).toBe(3);
  });

  it('admits as many requests at the same time as the slice has', () => {
    const rate = gate({ concurrentRequests: 2 });
    expect(admitted(rate, 1, 0)).toBe(2);
    rate.giveBack(1, 1, rate.window);
    expect(admitted(rate, 1, 0)).toBe(1);
  });

  it('gives back the tokens that a request reserved and did not use', () => {
    const rate = gate();
    rate.take(1_000, 0);
    expect(rate.take(100, 0)).toBe(false);
    rate.giveBack(1_000, 900, rate.window);
    expect(rate.take(100, 0)).toBe(true);
  });

  it('lets a request run alone that could be larger than the whole limit', () => {
    const rate = gate({ tokens: 10_000 });
    expect(rate.take(200_000, 0)).toBe(true);
    expect(rate.take(1, 0)).toBe(false);
    rate.giveBack(200_000, 500, rate.window);
    expect(rate.take(9_500, 0)).toBe(true);
  });

  it('gives nothing of an earlier window back to this one', () => {
    const rate = gate();
    rate.take(1_000, 0);
    const { window } = rate;
    rate.update(slice({ windowEndsAt: 2 * minute, resetsAt: 2 * minute, tokens: 50 }), minute);
    rate.giveBack(1_000, 0, window);
    expect(rate.take(51, minute)).toBe(false);
  });

  it('does not count anew when billing says that a window still runs which ended here', () => {
    const rate = gate();
    admitted(rate, 1, 0);
    rate.update(slice({ windowEndsAt: minute + 5 }), minute);
    expect(rate.take(1, minute + 1)).toBe(false);
  });

  it.each([
    ['ended', minute],
    ['was to end later', minute + 20],
  ])('keeps the newer window when an answer about the one before is late: it %s', (_, end) => {
    const second = { windowStartsAt: minute, windowEndsAt: 2 * minute, resetsAt: 2 * minute };
    const rate = gate();
    rate.update(slice(second), minute - 1);
    expect(admitted(rate, 1, minute + 10)).toBe(10);
    rate.update(slice({ windowEndsAt: end }), minute + 10);
    rate.update(slice(second), minute + 10);
    expect(admitted(rate, 1, minute + 10)).toBe(0);
  });

  it('uses the next window only when it has begun', () => {
    const rate = gate({ windowEndsAt: 1_000 });
    const ahead = {
      windowStartsAt: minute,
      windowEndsAt: 2 * minute,
      resetsAt: 2 * minute,
      requests: 5,
    };
    rate.update(slice(ahead), 500);
    expect(rate.take(1, 1_000)).toBe(false);
    expect(admitted(rate, 1, minute)).toBe(5);
  });

  it('says what remains: its own and what no gateway holds', () => {
    const rate = gate();
    rate.take(100, 0);
    expect(rate.standing(0)).toEqual({
      limitRequests: 60,
      remainingRequests: 59,
      limitTokens: 10_000,
      remainingTokens: 9_900,
      resetsAt: minute,
    });
  });

  it('never admits more of a window than its slices, in any order of answers and requests', () => {
    const action = fc.oneof(
      fc.record({ kind: fc.constant('take' as const), tokens: fc.nat(400) }),
      fc.record({
        kind: fc.constant('add' as const),
        requests: fc.nat(5),
        tokens: fc.nat(500),
        ahead: fc.boolean(),
        /** Answers overtake each other, and windows end meanwhile. */
        comesLater: fc.boolean(),
      }),
      fc.record({ kind: fc.constant('late' as const) }),
      fc.record({ kind: fc.constant('time' as const), ms: fc.nat(45_000) }),
    );
    fc.assert(
      fc.property(fc.array(action, { maxLength: 200, size: 'max' }), (actions) => {
        const rate = new RateGate();
        const granted = new Map<number, { requests: number; tokens: number }>();
        const used = new Map<number, { requests: number; tokens: number }>();
        const late: Slice[] = [];
        let now = 0;
        for (const act of actions) {
          if (act.kind === 'time') now += act.ms;
          else if (act.kind === 'late') {
            const answer = late.shift();
            if (answer !== undefined) rate.update(answer, now);
          } else if (act.kind === 'add') {
            const start = now - (now % minute) + (act.ahead ? minute : 0);
            const before = granted.get(start + minute) ?? { requests: 0, tokens: 0 };
            const total = {
              requests: before.requests + act.requests,
              tokens: before.tokens + act.tokens,
            };
            granted.set(start + minute, total);
            const window = {
              windowStartsAt: start,
              windowEndsAt: start + minute,
              resetsAt: start + minute,
            };
            const answer = slice({ ...total, ...window });
            if (act.comesLater) late.push(answer);
            else rate.update(answer, now);
          } else if (rate.take(act.tokens, now)) {
            const window = rate.window ?? 0;
            if (now >= window || now < window - minute)
              throw new Error('admitted in another window');
            const sum = used.get(window) ?? { requests: 0, tokens: 0 };
            used.set(window, { requests: sum.requests + 1, tokens: sum.tokens + act.tokens });
          }
        }
        for (const [window, sum] of used) {
          const allowed = granted.get(window);
          expect(sum.requests).toBeLessThanOrEqual(allowed?.requests ?? 0);
          expect(sum.tokens).toBeLessThanOrEqual(allowed?.tokens ?? 0);
        }
      }),
      { numRuns: 300 },
    );
  });
});
