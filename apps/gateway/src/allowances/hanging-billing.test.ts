import { describe, expect, it } from '@jest/globals';
import { bounds } from '../bounds.js';
import { allowanceBounds } from './bounds.js';
import { Budget } from './testing/budget.js';
import { calls, Gateway, settleMicrotasks } from './testing/one-key.js';

describe('a billing that hangs', () => {
  const { longestWaitMs } = bounds;
  const { tickMs, hangMs, hangPauseMs, callTimeoutMs } = allowanceBounds;

  /** Billing takes calls and does not answer; the function fails those that have been made. */
  function hang(budget: Budget): () => void {
    const resume = budget.pause();
    budget.outcome = 'lose request';
    return resume;
  }

  it('keeps nobody waiting for 3 s, however late in a call they came', async () => {
    const budget = new Budget(1_000n);
    const gateway = new Gateway(budget);
    hang(budget);
    const waits: number[] = [];
    const refusals: unknown[] = [];
    for (; gateway.now < 20_000; gateway.now += tickMs / 2) {
      const since = gateway.now;
      void Promise.resolve(gateway.admit(100n)).then((admission) => {
        waits.push(gateway.now - since);
        refusals.push(admission);
      });
      gateway.key.tick();
      await settleMicrotasks();
    }
    expect(waits.length).toBeGreaterThan(100);
    expect(Math.max(...waits)).toBeLessThan(3_000);
    expect(longestWaitMs + tickMs).toBeLessThan(3_000);
    expect(refusals).toContainEqual({
      refused: expect.objectContaining({
        reason: 'billing_unavailable',
        retryAfterMs: expect.any(Number),
      }),
    });
  });

  it('is told to those who come next at once, and asked again by one call after a pause', async () => {
    const budget = new Budget(1_000n);
    const gateway = new Gateway(budget);
    const fail = hang(budget);
    const first = gateway.admit(100n);
    gateway.now = 1_000;
    const second = gateway.admit(100n);
    gateway.now = callTimeoutMs;
    fail();
    for (const admission of [await first, await second, gateway.admit(100n)]) {
      expect(admission).toMatchObject({
        refused: { reason: 'billing_unavailable', retryAfterMs: hangPauseMs },
      });
    }
    expect(calls(budget, 'grant')).toBe(1);
    gateway.now += hangPauseMs / 2;
    expect(gateway.admit(100n)).toMatchObject({ refused: { retryAfterMs: hangPauseMs / 2 } });
    gateway.now += hangPauseMs / 2;
    budget.outcome = 'answer';
    expect(await gateway.reason(100n)).toBe('admitted');
    expect(calls(budget, 'grant')).toBe(2);
  });

  it('leaves an allowance alone that covers the request', async () => {
    const budget = new Budget(1_000_000n);
    const gateway = new Gateway(budget);
    (await gateway.hold(100n)).spend(1n, 0);
    await settleMicrotasks();
    const fail = hang(budget);
    gateway.now = 31_000;
    const renewals = calls(budget, 'renew');
    for (let request = 0; request < 5; request += 1) {
      expect(gateway.admit(10n)).toHaveProperty('hold');
    }
    expect(calls(budget, 'renew')).toBe(renewals + 1);
    gateway.now += callTimeoutMs;
    fail();
    await settleMicrotasks();
    expect(gateway.admit(10n)).toHaveProperty('hold');
    expect(calls(budget, 'renew')).toBe(renewals + 1);
  });

  it('on all keys is asked by none, while what an allowance has left is still spent', async () => {
    const budget = new Budget(1_600n);
    const gateway = new Gateway(budget);
    const running = await gateway.hold(100n);
    await settleMicrotasks();
    const { length } = budget.calls;
    budget.paused = 40;
    const part = await gateway.admit(5_000n, 50n);
    expect(part).toHaveProperty('hold.reservedNanoUsd', budget.held - 100n);
    expect(gateway.admit(100n)).toEqual({
      refused: { reason: 'billing_unavailable', retryAfterMs: 40 },
    });
    running.spend(1n, 0);
    gateway.key.tick();
    expect(budget.calls).toHaveLength(length);
    budget.paused = undefined;
    expect(await gateway.reason(100n)).toBe('admitted');
  });

  it('on all keys is told to those too who come while their own key tries it again', async () => {
    const budget = new Budget(1_000n);
    const gateway = new Gateway(budget);
    const resume = budget.pause();
    const trial = gateway.reason(100n);
    budget.paused = 250;
    expect(gateway.admit(100n)).toHaveProperty('refused');
    budget.paused = undefined;
    resume();
    expect(await trial).toBe('admitted');
  });

  it('gets no more time from a request than other services have left', async () => {
    const gateway = new Gateway(new Budget(1_000n));
    hang(gateway.budget);
    const refused: number[] = [];
    const waited = [0, 1_000, longestWaitMs - 1];
    for (const ms of waited) {
      const admission = gateway.admit(100n, 100n, ms) as Promise<unknown>;
      void admission.then(() => refused.push(ms));
    }
    for (; gateway.now < 2 * longestWaitMs; gateway.now += tickMs) {
      gateway.key.tick();
      await settleMicrotasks();
      const due = waited.filter((ms) => ms + gateway.now >= longestWaitMs);
      expect([...refused].sort()).toEqual([...due].sort());
    }
    expect(refused).toHaveLength(waited.length);
  });

  it('is not what fails at once, or answers after it waited for other gateways', async () => {
    const budget = new Budget(100n);
    const gateway = new Gateway(budget);
    budget.outcome = 'lose request';
    expect(await gateway.reason(50n)).toBe('billing_unavailable');
    budget.outcome = 'answer';
    const resume = budget.pause();
    const slow = gateway.reason(200n);
    gateway.now += hangMs;
    resume();
    expect(await slow).toBe('insufficient_quota');
    expect(await gateway.reason(50n)).toBe('admitted');
  });
});
