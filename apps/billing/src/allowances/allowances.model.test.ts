import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { heldBy } from '../book/allowance.js';
import { changeLimit } from '../limits/limit.js';
import { rules, terms, total, World, type Rules } from '../testing/world.js';
import { hold } from '../book/counter.js';
import { releaseRest } from './ending.js';
import { grant } from './granting.js';

const paidIn = 1_000n;

type Action = (world: World) => void;

const gateway = fc.integer({ min: 0, max: 1 });
const key = fc.integer({ min: 0, max: 1 });
const amount = fc.bigInt({ min: 1n, max: 400n });
/** One message in four. */
const lost = fc.nat(3).map((n) => n === 0);
const share = fc.double({ min: 0, max: 1, noNaN: true });
const clockSteps = [5_000, 61_000, 900_000, 3_600_000, -5_000];

/** Everything that can happen, in any order. */
const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.tuple(gateway, key, amount, amount, lost).map(
      ([g, k, minimum, wanted, isLost]): Action =>
        (world) =>
          world.ask(at(world, g), k, minimum, wanted, isLost),
    ),
  },
  {
    weight: 6,
    arbitrary: fc.tuple(gateway, key, amount, share).map(
      ([g, k, reserved, used]): Action =>
        (world) =>
          world.admit(at(world, g), k, reserved, used),
    ),
  },
  {
    weight: 6,
    arbitrary: fc.tuple(gateway, key).map(
      ([g, k]): Action =>
        (world) =>
          world.finish(at(world, g), k),
    ),
  },
  {
    weight: 4,
    arbitrary: fc.tuple(gateway, key, lost).map(
      ([g, k, isLost]): Action =>
        (world) =>
          world.giveBack(at(world, g), k, isLost),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(fc.nat(50), fc.boolean()).map(
      ([n, again]): Action =>
        (world) =>
          world.deliver(n, again),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.nat(50).map(
      (n): Action =>
        (world) =>
          world.redeliver(n),
    ),
  },
  {
    weight: 1,
    arbitrary: gateway.map(
      (g): Action =>
        (world) =>
          world.crash(at(world, g)),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(...clockSteps).map(
      (ms): Action =>
        (world) =>
          void (world.now += ms),
    ),
  },
  { weight: 1, arbitrary: fc.constant<Action>((world) => world.sweep()) },
);
const rareAction: fc.Arbitrary<Action> = fc.oneof(
  { weight: 30, arbitrary: action },
  {
    weight: 1,
    arbitrary: gateway.map(
      (g): Action =>
        (world) =>
          world.vanish(at(world, g)),
    ),
  },
  {
    weight: 1,
    arbitrary: amount.map(
      (cap): Action =>
        (world) =>
          lowerKeyCap(world, cap),
    ),
  },
);
const schedule = fc.array(rareAction, { minLength: 20, maxLength: 120 });

function at(world: World, index: number) {
  return world.gateways[index] as World['gateways'][number];
}

function lowerKeyCap(world: World, cap: bigint): void {
  for (const counter of world.counters()) {
    if (counter.scope === 'key' && counter.period === 'day' && cap >= counter.used)
      changeLimit(counter, cap);
  }
}

function checkInvariants(world: World): void {
  const { book } = world;
  for (const { cap, used, held, lowered } of world.counters()) {
    if (used < 0n || held < 0n) throw new Error('I1: a counter below zero');
    if (cap !== null && !lowered && used + held > cap)
      throw new Error('I1: used + held above the cap');
  }
  for (const charges of world.charges.values()) {
    if (charges.length > 1) throw new Error('I2: a request charged twice');
  }
  const charged = total(world.charges.values(), ([charge]) => charge?.charged ?? 0n);
  if (book.total.used !== charged) throw new Error('I2: used is not what was charged');
  if (book.account.balance !== paidIn - charged)
    throw new Error('I4: the balance is not paid in less charged');
  const open = [...book.allowances.values()];
  for (const allowance of open)
    if (heldBy(allowance) < 0n) throw new Error('I3: more settled and released than granted');
  if (total(open, heldBy) !== book.total.held)
    throw new Error('I3: held is not what allowances hold');
  const posted = total(book.transfers, ({ kind, amount: moved }) =>
    kind === 'charge' ? moved : 0n,
  );
  if (posted !== charged) throw new Error('I4: the transfers are not the charges');
  for (const [requestId, [charge]] of world.charges) {
    if (charge !== undefined && charge.overrun > 0n && !world.late.has(requestId)) {
      throw new Error('a charge that came in time was not covered by its hold');
    }
  }
}

/** Lets everything arrive and expire: nothing may stay held, nothing may be lost. */
function settle(world: World): void {
  for (const each of world.gateways) world.crash(each);
  while (world.inTransit.length > 0) world.deliver(0, false);
  checkInvariants(world);
  world.now += 10 * (terms.lifetimeMs + terms.graceMs);
  world.sweep();
  checkInvariants(world);
  if (world.book.total.held !== 0n) throw new Error('money is held for ever');
  for (const request of world.delivered) {
    const [charge] = world.charges.get(request.requestId) ?? [];
    if (charge === undefined || charge.charged + charge.overrun !== request.cost)
      throw new Error('a cost was lost');
  }
}

function property(applied: Rules) {
  return fc.property(schedule, (actions) => {
    const world = new World(paidIn, 600n, applied);
    for (const act of actions) {
      act(world);
      checkInvariants(world);
    }
    settle(world);
  });
}

function violation(applied: Rules): string {
  const { failed, errorInstance } = fc.check(property(applied), { numRuns: 3_000, seed: 7 });
  return failed ? String(errorInstance) : 'none';
}

describe('allowances under any schedule of grants, requests, crashes, lost and late messages', () => {
  it('keep I1 to I4 after every step and lose no cost', () => {
    const runs = 3_000;
    const before = process.cpuUsage();
    fc.assert(property(rules), { numRuns: runs });
    const { user, system } = process.cpuUsage(before);
    // Of this process alone: what else the machine does is no matter.
    const minutes = (user + system) / 60_000_000;
    expect(runs / minutes).toBeGreaterThan(1_000);
  });

  it('overspend without the check of what is free (control)', () => {
    const naive: Rules = {
      ...rules,
      grant: (book, request, now, given) => {
        const held = book.total.held;
        book.total.held = 0n;
        const answer = grant(book, request, now, given);
        book.total.held += held;
        return answer;
      },
    };
    expect(violation(naive)).toContain('I1');
  });

  it('charge twice without the uniqueness of a request (control)', () => {
    expect(violation({ ...rules, isCharged: () => false })).toContain('I2');
  });

  it('lose money when a close releases what is still to be charged (control)', () => {
    const hasty: Rules = {
      ...rules,
      close: (book, allowance) => ({ type: 'closed', released: releaseRest(book, allowance) }),
    };
    expect(violation(hasty)).toContain('not covered by its hold');
  });

  it('a hold above what is free is a fault, not a loan', () => {
    const world = new World(10n, 600n);
    expect(() => hold(world.counters(), 11n)).toThrow('a hold above what is free');
  });
});
