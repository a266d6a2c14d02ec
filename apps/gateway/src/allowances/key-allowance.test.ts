import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Hold } from './admission.js';
import { Budget } from './testing/budget.js';
import { calls, Gateway, settleMicrotasks } from './testing/one-key.js';

describe('admission', () => {
  it('waits for no call once the allowance covers the request', async () => {
    const gateway = new Gateway(new Budget(1_000_000n));
    (await gateway.hold(100n)).spend(10n, 0);
    await settleMicrotasks();
    expect(gateway.admit(100n)).not.toBeInstanceOf(Promise);
  });

  it('never waits in a steady stream of requests', async () => {
    const gateway = new Gateway(new Budget(1_000_000_000n));
    (await gateway.hold(100n)).spend(50n, 0);
    await settleMicrotasks();
    for (let request = 0; request < 5_000; request += 1) {
      const admission = gateway.admit(100n);
      if (admission instanceof Promise) throw new Error(`request ${request} waited`);
      if ('refused' in admission) throw new Error(admission.refused.reason);
      gateway.now += 1;
      admission.hold.spend(50n, 0);
      await settleMicrotasks();
    }
  });

  it('asks once for all who wait', async () => {
    const budget = new Budget(1_000_000n);
    const gateway = new Gateway(budget);
    await Promise.all(Array.from({ length: 64 }, () => gateway.hold(100n)));
    expect(calls(budget, 'grant')).toBe(1);
    expect(calls(budget, 'renew')).toBeLessThanOrEqual(2);
  });

  it('reserves what is left where the worst case is not covered and the least that is needed is', async () => {
    const gateway = new Gateway(new Budget(60n));
    expect((await gateway.hold(100n, 50n)).reservedNanoUsd).toBe(60n);
  });

  it('passes on which limit is in the way, for every one who waits, without a call for each', async () => {
    const budget = new Budget(40n);
    const gateway = new Gateway(budget);
    const admissions = await Promise.all(
      Array.from({ length: 20 }, () => Promise.resolve(gateway.admit(100n, 50n))),
    );
    for (const admission of admissions) {
      expect(admission).toMatchObject({
        refused: {
          reason: 'insufficient_quota',
          limitSource: 'account.total',
          requiredNanoUsd: 50n,
        },
      });
    }
    expect(calls(budget, 'grant')).toBe(2);
  });

  it('admits a small request that a large one before it could not be', async () => {
    const gateway = new Gateway(new Budget(40n));
    const [large, small] = await Promise.all([gateway.reason(100n), gateway.reason(30n)]);
    expect([large, small]).toEqual(['insufficient_quota', 'admitted']);
  });

  it('uses what a finished request gives back while billing is asked', async () => {
    const budget = new Budget(100n);
    const gateway = new Gateway(budget);
    const running = await gateway.hold(100n);
    const resume = budget.pause();
    const waiting = gateway.hold(100n);
    running.spend(0n, 0);
    expect((await waiting).reservedNanoUsd).toBe(100n);
    resume();
  });
});

describe('a billing that does not answer', () => {
  it('is never taken for too little money', async () => {
    const budget = new Budget(1_000n);
    budget.outcome = 'lose request';
    expect(await new Gateway(budget).reason(100n)).toBe('billing_unavailable');
  });

  it('leaves nothing held when only the reply to a grant was lost', async () => {
    const budget = new Budget(1_000n);
    const gateway = new Gateway(budget);
    budget.outcome = 'lose reply';
    expect(await gateway.reason(100n)).toBe('billing_unavailable');
    expect(budget.held).toBe(0n);
  });

  it('is survived on the allowance that is there, until it expires', async () => {
    const budget = new Budget(1_000_000n);
    const gateway = new Gateway(budget);
    (await gateway.hold(100n)).spend(1n, 0);
    await settleMicrotasks();
    budget.outcome = 'lose request';
    gateway.now += 59_999;
    expect(await gateway.reason(100n)).toBe('admitted');
    gateway.now += 1;
    expect(await gateway.reason(100n)).toBe('billing_unavailable');
  });
});

describe('the end of an allowance', () => {
  it('counts its life from before the request was sent', async () => {
    const budget = new Budget(1_000_000n);
    const gateway = new Gateway(budget);
    const resume = budget.pause();
    const waiting = gateway.hold(100n);
    gateway.now += 10_000;
    resume();
    await waiting;
    budget.outcome = 'lose request';
    gateway.now = 59_999;
    expect(await gateway.reason(100n)).toBe('admitted');
    gateway.now = 60_000;
    expect(await gateway.reason(100n)).toBe('billing_unavailable');
  });

  it('is not met by a key in use: it is prolonged ahead', async () => {
    const budget = new Budget(1_000_000n);
    const gateway = new Gateway(budget);
    for (; gateway.now < 300_000; gateway.now += 1_000) {
      (await gateway.hold(100n)).spend(1n, 0);
      gateway.key.tick();
      await settleMicrotasks();
    }
    expect(calls(budget, 'grant')).toBe(1);
  });

  it('lets a running request finish on its reservation, and closes with the exact total', async () => {
    const budget = new Budget(1_000_000n);
    const gateway = new Gateway(budget);
    const long = await gateway.hold(100n);
    budget.outcome = 'lose request';
    gateway.now += 60_000;
    gateway.key.tick();
    expect(calls(budget, 'close')).toBe(0);
    long.spend(70n, 0);
    expect(budget.held).toBe(70n);
    expect(gateway.key.isEmpty).toBe(true);
  });

  it('gives an idle allowance back, after as long as billing said', async () => {
    const budget = new Budget(1_000_000n);
    budget.idleMs = 2_000;
    const gateway = new Gateway(budget);
    (await gateway.hold(100n)).spend(30n, 0);
    await settleMicrotasks();
    gateway.now += 1_999;
    gateway.key.tick();
    await settleMicrotasks();
    expect(calls(budget, 'close')).toBe(0);
    gateway.now += 1;
    gateway.key.tick();
    expect(budget.held).toBe(30n);
  });

  it('gives back on recall what no request uses, and keeps the reservation of those that run', async () => {
    const budget = new Budget(1_000_000n);
    const gateway = new Gateway(budget);
    const running = await gateway.hold(100n);
    await settleMicrotasks();
    expect(budget.held).toBeGreaterThan(100n);
    gateway.key.recall();
    await settleMicrotasks();
    expect(budget.held).toBe(100n);
    running.spend(100n, 0);
  });

  it('gives everything back on shutdown and admits nothing more', async () => {
    const budget = new Budget(1_000_000n);
    const gateway = new Gateway(budget);
    (await gateway.hold(100n)).spend(40n, 0);
    await settleMicrotasks();
    await gateway.key.close();
    expect(budget.held).toBe(40n);
  });
});

describe('any schedule', () => {
  const action = fc.oneof(
    fc.record({
      kind: fc.constant('admit' as const),
      worst: fc.bigInt(1n, 300n),
      least: fc.bigInt(1n, 300n),
    }),
    fc.record({ kind: fc.constant('finish' as const), share: fc.bigInt(0n, 100n) }),
    fc.record({
      kind: fc.constant('time' as const),
      ms: fc.constantFrom(10, 300, 2_000, 12_000, 61_000),
    }),
    fc.record({ kind: fc.constant('recall' as const) }),
    fc.record({
      kind: fc.constant('network' as const),
      outcome: fc.constantFrom(
        'answer' as const,
        'answer' as const,
        'lose reply' as const,
        'lose request' as const,
      ),
    }),
  );

  it('reserves no more than billing has set aside, and leaves nothing held at the end but what was spent', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(action, { maxLength: 80 }), async (actions) => {
        const budget = new Budget(1_000n);
        const gateway = new Gateway(budget);
        const running: Hold[] = [];
        let spent = 0n;
        for (const act of actions) {
          if (act.kind === 'admit') {
            const minimum = act.least < act.worst ? act.least : act.worst;
            void Promise.resolve(gateway.admit(act.worst, minimum)).then((admission) => {
              if ('hold' in admission) running.push(admission.hold);
            });
          } else if (act.kind === 'finish') {
            const hold = running.shift();
            const cost = hold === undefined ? 0n : (hold.reservedNanoUsd * act.share) / 100n;
            hold?.spend(cost, 0);
            spent += cost;
          } else if (act.kind === 'time') {
            gateway.now += act.ms;
            gateway.key.tick();
          } else if (act.kind === 'recall') gateway.key.recall();
          else budget.outcome = act.outcome;
          await settleMicrotasks();
          const reserved = running.reduce((sum, { reservedNanoUsd }) => sum + reservedNanoUsd, 0n);
          if (reserved + spent > budget.held || budget.held > 1_000n)
            throw new Error('more is reserved than held');
        }
        budget.outcome = 'answer';
        for (const hold of running) hold.spend(0n, 0);
        await settleMicrotasks();
        gateway.now += 70_000;
        gateway.key.tick();
        await settleMicrotasks();
        await gateway.key.close();
        expect(budget.held).toBe(spent);
      }),
      { numRuns: 500 },
    );
  });
});
