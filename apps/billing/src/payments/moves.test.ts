import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { AccountBook, totalKeyOf } from '../book/account-book.js';
import { nanoUsdOf } from '../stripe/cents.js';
import type {
  DisputeFacts,
  DisputeState,
  PaymentFacts,
  RefundFacts,
  RefundState,
} from '../stripe/payment-facts.js';
import { sampleAccount } from '../testing/sample-account.js';
import { bookMove } from './booking.js';
import { laterDisputeState, laterRefundState, movesFor, type Booked } from './moves.js';

const paidAt = new Date('2026-03-14T12:00:00Z');

const payment = (values: Partial<PaymentFacts> = {}): PaymentFacts => ({
  intentId: 'pi_1',
  amountCents: 10_000,
  taxCents: 0,
  currency: 'usd',
  paidAt,
  refunds: [],
  disputes: [],
  ...values,
});
const refund = (id: string, amountCents: number, state: RefundState): RefundFacts => ({
  id,
  amountCents,
  state,
  createdAt: paidAt,
});
const dispute = (id: string, amountCents: number, state: DisputeState): DisputeFacts => ({
  id,
  amountCents,
  state,
  createdAt: paidAt,
});

/** The books of an account to which snapshots of one payment come; its rules can be replaced by broken ones. */
class Ledger {
  readonly book: AccountBook;
  private booked: Booked = { payment: undefined, refunds: new Map(), disputes: new Map() };
  private ids = 0;

  constructor(private readonly rule: typeof movesFor = movesFor) {
    this.book = new AccountBook(sampleAccount());
    const total = totalKeyOf('account');
    this.book.counters.set(`account account total ${total.periodStart}`, {
      ...total,
      cap: 0n,
      used: 0n,
      held: 0n,
      lowered: false,
    });
  }

  take(facts: PaymentFacts): void {
    for (const move of this.rule(facts, this.booked)) {
      bookMove(this.book, move, () => String((this.ids += 1)));
    }
    const refunds = new Map(this.booked.refunds);
    for (const { id, state } of facts.refunds)
      refunds.set(id, laterRefundState(refunds.get(id), state));
    const disputes = new Map(this.booked.disputes);
    for (const { id, state } of facts.disputes)
      disputes.set(id, laterDisputeState(disputes.get(id), state));
    this.booked = {
      payment: { accountId: 'account', unassigned: null, subscriptionId: null },
      refunds,
      disputes,
    };
  }

  /** Credits less debits of a ledger account. */
  sumOf(account: bigint): bigint {
    return this.book.transfers.reduce(
      (sum, { debitAccount, creditAccount, amount }) =>
        sum + (creditAccount === account ? amount : 0n) - (debitAccount === account ? amount : 0n),
      0n,
    );
  }

  get standing() {
    const { balance, receivable, disputed } = this.book.account;
    return { net: balance - receivable, disputed };
  }
}

/** What must be in the books in the end, whatever came in between. */
function expected({ amountCents, refunds, disputes }: PaymentFacts) {
  const sum = (values: { amountCents: number }[]): bigint =>
    values.reduce((total, value) => total + nanoUsdOf(value.amountCents), 0n);
  const gone =
    sum(refunds.filter(({ state }) => state === 'taken')) +
    sum(disputes.filter(({ state }) => state !== 'returned'));
  return {
    net: nanoUsdOf(amountCents) - gone,
    disputed: sum(disputes.filter(({ state }) => state === 'open')),
  };
}

const step = fc.oneof(
  fc.record({ kind: fc.constant('refund' as const), cents: fc.integer({ min: 1, max: 4_000 }) }),
  fc.record({ kind: fc.constant('dispute' as const), cents: fc.integer({ min: 1, max: 12_000 }) }),
  fc.record({ kind: fc.constantFrom('returned' as const, 'lost' as const), nth: fc.nat(9) }),
);

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** How the payment stood after each step. */
function historyOf(steps: Step[]): PaymentFacts[] {
  let facts = payment();
  const history = [facts];
  for (const one of steps) {
    const refunds = facts.refunds.map((value) => ({ ...value }));
    const disputes = facts.disputes.map((value) => ({ ...value }));
    if (one.kind === 'refund') refunds.push(refund(`re_${refunds.length}`, one.cents, 'taken'));
    else if (one.kind === 'dispute') {
      disputes.push(dispute(`dp_${disputes.length}`, one.cents, 'open'));
    } else if (one.kind === 'returned') {
      const target = [...refunds, ...disputes][one.nth];
      if (target !== undefined) target.state = 'returned';
    } else {
      const target = disputes[one.nth];
      if (target?.state === 'open') target.state = 'lost';
    }
    facts = { ...facts, refunds, disputes };
    history.push(facts);
  }
  return history;
}

/** Snapshots of a history as they may come: any of them, in any order, any number of times, and the last one at some time. */
const deliveries = fc
  .array(step, { maxLength: 8 })
  .map(historyOf)
  .chain((history) =>
    fc
      .tuple(
        fc.array(fc.constantFrom(...history), { maxLength: 12 }),
        fc.array(fc.constantFrom(...history), { maxLength: 12 }),
      )
      .map(([before, after]) => ({ last: history.at(-1) as PaymentFacts, before, after })),
  );

function check(rule: typeof movesFor, numRuns: number): void {
  fc.assert(
    fc.property(deliveries, ({ last, before, after }) => {
      const ledger = new Ledger(rule);
      for (const facts of [...before, last, ...after]) ledger.take(facts);
      expect(ledger.standing).toEqual(expected(last));
      const { balance, receivable, disputed } = ledger.book.account;
      expect(ledger.sumOf(100n)).toBe(balance);
      expect(ledger.sumOf(101n)).toBe(-receivable);
      expect(ledger.sumOf(102n)).toBe(disputed);
      expect(ledger.book.total.cap).toBe(balance);
    }),
    { numRuns, seed: 7 },
  );
}

describe('snapshots of a payment', () => {
  it('end in the same books in any order, twice, late or not at all', () => check(movesFor, 3_000));

  it.each<[string, (facts: PaymentFacts, booked: Booked) => Booked]>([
    ['the payment was booked', (_, booked) => ({ ...booked, payment: undefined })],
    ['refunds were booked', (_, booked) => ({ ...booked, refunds: new Map() })],
    ['disputes were booked', (_, booked) => ({ ...booked, disputes: new Map() })],
  ])('would not, were it forgotten that %s', (_, forget) => {
    const forgetful: typeof movesFor = (facts, booked) => movesFor(facts, forget(facts, booked));
    expect(() => check(forgetful, 3_000)).toThrow();
  });
});

describe('a dispute', () => {
  it('above what is left makes a debt, which winning it pays', () => {
    const ledger = new Ledger();
    const refunds = [refund('re_1', 6_000, 'taken')];
    ledger.take(payment({ refunds, disputes: [dispute('dp_1', 10_000, 'open')] }));
    expect(ledger.book.account).toMatchObject({
      balance: 0n,
      receivable: nanoUsdOf(6_000),
      disputed: nanoUsdOf(10_000),
    });
    ledger.take(payment({ refunds, disputes: [dispute('dp_1', 10_000, 'returned')] }));
    expect(ledger.book.account).toMatchObject({
      balance: nanoUsdOf(4_000),
      receivable: 0n,
      disputed: 0n,
    });
  });

  it('that is lost leaves the money with the card holder, and an appeal brings it back', () => {
    const ledger = new Ledger();
    ledger.take(payment({ disputes: [dispute('dp_1', 10_000, 'lost')] }));
    expect(ledger.standing).toEqual({ net: 0n, disputed: 0n });
    ledger.take(payment({ disputes: [dispute('dp_1', 10_000, 'returned')] }));
    expect(ledger.standing).toEqual({ net: nanoUsdOf(10_000), disputed: 0n });
  });
});
