import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { chargeRequest } from '../charges/charge.js';
import { expireDue } from '../book/credit-grant.js';
import type { Transfer } from '../book/transfer.js';
import { GrantedWorld, grantRules, type GrantRules } from '../testing/granted-world.js';
import { terms, total } from '../testing/world.js';

type Action = (world: GrantedWorld) => void;

const gateway = fc.integer({ min: 0, max: 1 });
const key = fc.integer({ min: 0, max: 1 });
const amount = fc.bigInt({ min: 1n, max: 300n });
const share = fc.double({ min: 0, max: 1, noNaN: true });
const lifeMs = fc.constantFrom(1_000, 30_000, 61_000, 600_000, 3_600_000);
const clockSteps = [500, 5_000, 31_000, 61_000, 900_000, -5_000];

function at(world: GrantedWorld, index: number) {
  return world.gateways[index] as GrantedWorld['gateways'][number];
}

const actions: [weight: number, fc.Arbitrary<Action>][] = [
  [
    3,
    fc.tuple(amount, lifeMs).map(
      ([n, life]) =>
        (w) =>
          w.grant(n, life),
    ),
  ],
  [2, amount.map((n) => (w) => w.pay(n))],
  [1, amount.map((n) => (w) => w.refund(n))],
  [1, amount.map((n) => (w) => w.dispute(n))],
  [2, fc.boolean().map((won) => (w) => w.decide(won))],
  [
    7,
    fc.tuple(gateway, key, amount, amount).map(
      ([g, k, minimum, wanted]) =>
        (w) =>
          w.ask(at(w, g), k, minimum, wanted, false),
    ),
  ],
  [
    7,
    fc.tuple(gateway, key, amount, share).map(
      ([g, k, reserved, used]) =>
        (w) =>
          w.admit(at(w, g), k, reserved, used),
    ),
  ],
  [
    6,
    fc.tuple(gateway, key).map(
      ([g, k]) =>
        (w) =>
          w.finish(at(w, g), k),
    ),
  ],
  [
    3,
    fc.tuple(gateway, key).map(
      ([g, k]) =>
        (w) =>
          w.giveBack(at(w, g), k, false),
    ),
  ],
  [
    4,
    fc.tuple(fc.nat(50), fc.boolean()).map(
      ([n, again]) =>
        (w) =>
          w.deliver(n, again),
    ),
  ],
  [1, gateway.map((g) => (w) => w.crash(at(w, g)))],
  [3, fc.constantFrom(...clockSteps).map((ms) => (w) => void (w.now += ms))],
  [1, fc.constant<Action>((w) => w.sweep())],
];
const action = fc.oneof(...actions.map(([weight, arbitrary]) => ({ weight, arbitrary })));
const schedule = fc.array(action, { minLength: 20, maxLength: 120 });

/** Credits less debits of each ledger account, by nothing but the transfers. */
function ledgerOf(transfers: readonly Transfer[]): (account: bigint) => bigint {
  const balances = new Map<bigint, bigint>();
  const add = (account: bigint, moved: bigint): void =>
    void balances.set(account, (balances.get(account) ?? 0n) + moved);
  for (const { debitAccount, creditAccount, amount: moved } of transfers) {
    add(debitAccount, -moved);
    add(creditAccount, moved);
  }
  return (account) => balances.get(account) ?? 0n;
}

function check(world: GrantedWorld): void {
  const { account, grants, total: balance, transfers } = world.book;
  for (const { cap, used, held, lowered } of world.counters()) {
    if (used < 0n || held < 0n) throw new Error('I1: a counter below zero');
    if (cap !== null && !lowered && used + held > cap)
      throw new Error('I1: used + held above the cap');
  }
  const ledger = ledgerOf(transfers);
  if (account.balance < 0n) throw new Error('paid money below zero');
  if (ledger(account.customerLedger) !== account.balance)
    throw new Error('I4: the balance is not its transfers');
  for (const grant of grants) {
    if (grant.remaining < 0n) throw new Error('a grant below zero');
    if (ledger(grant.ledger) !== grant.remaining)
      throw new Error('I4: a grant is not its transfers');
  }
  const left = total(grants, ({ remaining }) => remaining);
  if (balance.cap !== account.balance + left + balance.used)
    throw new Error('I4: the cap is not what is paid, granted and used');
  const amounts = new Map(transfers.map(({ id, amount: moved }) => [id, moved]));
  for (const [requestId, [charge, ...more]] of world.charges) {
    if (charge === undefined || more.length > 0) throw new Error('I2: a request charged twice');
    const ids = [...charge.grantedTransferIds, ...(charge.transferId ? [charge.transferId] : [])];
    if (total(ids, (id) => amounts.get(id) ?? 0n) !== charge.charged)
      throw new Error('I2: a charge is not its transfers');
    if (charge.overrun > 0n && !world.late.has(requestId))
      throw new Error('a charge that came in time was not covered by its hold');
  }
}

function moved(world: GrantedWorld, wanted: Transfer['kind']): bigint {
  return total(world.book.transfers, (transfer) =>
    transfer.kind === wanted ? transfer.amount : 0n,
  );
}

/** Lets everything arrive and expire: nothing may be left of any grant, and nothing may be lost. */
function settle(world: GrantedWorld): void {
  for (const each of world.gateways) world.crash(each);
  while (world.inTransit.length > 0) world.deliver(0, false);
  world.now += 10 * (terms.lifetimeMs + terms.graceMs);
  world.sweep();
  world.opening();
  check(world);
  if (total(world.book.grants, ({ remaining }) => remaining) !== 0n)
    throw new Error('granted credit outlives its expiry');
  if (moved(world, 'granted_charge') + moved(world, 'credit_expiry') !== world.granted)
    throw new Error('granted credit was lost or made');
  const { account, total: counter } = world.book;
  const spent = counter.used - moved(world, 'granted_charge');
  if (world.paidIn !== account.balance + spent - account.receivable)
    throw new Error('paid money was lost or made');
}

function property(applied: GrantRules) {
  return fc.property(schedule, (acts) => {
    const world = new GrantedWorld(2_000n, applied);
    world.pay(100n);
    for (const act of acts) {
      act(world);
      check(world);
    }
    settle(world);
  });
}

function violation(applied: GrantRules): string {
  const { failed, errorInstance } = fc.check(property(applied), { numRuns: 3_000, seed: 7 });
  return failed ? String(errorInstance) : 'none';
}

describe('granted credit under any schedule of grants, payments, refunds, disputes, requests and expiries', () => {
  it('is spent in order, expires to the nano-dollar, and is never overspent', () => {
    fc.assert(property(grantRules), { numRuns: 5_000 });
  });

  it('is seen to be spent in another order (control)', () => {
    const backwards: GrantRules = {
      ...grantRules,
      charge: (book, request, newId) => {
        book.grants.reverse();
        const charge = chargeRequest(book, request, newId);
        book.grants.reverse();
        return charge;
      },
    };
    expect(violation(backwards)).toContain('the order of its expiry');
  });

  it('is seen to be spent after paid money (control)', () => {
    const paidFirst: GrantRules = {
      ...grantRules,
      charge: (book, request, newId) => {
        const hidden = book.grants.splice(0);
        const charge = chargeRequest(book, request, newId);
        book.grants.push(...hidden);
        return charge;
      },
    };
    expect(violation(paidFirst)).toContain('before paid money');
  });

  it('is seen to expire under what is held (control)', () => {
    const hasty: GrantRules = {
      ...grantRules,
      expireDue: (book, now, newId) => {
        const { held } = book.total;
        book.total.held = 0n;
        expireDue(book, now, newId);
        book.total.held = held;
      },
    };
    expect(violation(hasty)).toContain('I1');
  });

  it('is seen to stay for ever (control)', () => {
    expect(violation({ ...grantRules, expireDue: () => undefined })).toContain(
      'expired credit is left',
    );
  });
});
