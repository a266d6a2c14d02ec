import type { Allowance, StepAnswer } from './allowance.js';
import {
  counterKeysOf,
  nameOf,
  periodStartOf,
  type Counter,
  type CounterKey,
  type Spender,
} from './counter.js';
import type { CreditGrant } from './credit-grant.js';
import type { PlanVersion } from '../plans/plan.js';
import { RateState } from './rate-state.js';
import type { Transfer } from './transfer.js';

export type BillingMode = 'prepaid' | 'invoice';

/** Amounts are nano-USD. */
export interface Account {
  id: string;
  ownerUserId: string;
  /** Undefined: no rate limit. */
  plan: PlanVersion | undefined;
  billingMode: BillingMode;
  frozenByOperator: boolean;
  /** How far the balance may go below zero; 0 when prepaid. */
  creditLine: bigint;
  customerLedger: bigint;
  receivableLedger: bigint;
  disputedLedger: bigint;
  /** Paid in less what it was charged: the customer's ledger balance. */
  balance: bigint;
  /** What the account owes since a refund or dispute that its balance could not cover. */
  receivable: bigint;
  /** Paid-in money that its payers dispute, not decided yet. */
  disputed: bigint;
  /** Below this balance the account is told that it is low; 0: it is not told. */
  balanceLow: bigint;
  createdAt: Date;
}

/** Whether nothing may be spent: until a debt is paid, a dispute decided, and no operator objects. */
export function isFrozen({
  receivable,
  disputed,
  frozenByOperator,
}: Pick<Account, 'receivable' | 'disputed' | 'frozenByOperator'>): boolean {
  return receivable > 0n || disputed > 0n || frozenByOperator;
}

/** An answer that a step of an allowance got. */
export interface AnsweredStep {
  allowanceId: string;
  step: number;
  requestHash: string;
  answer: StepAnswer;
}

/**
 * The part of one account that a transaction has locked: the rules read and change it in memory, and
 * it is written back as a whole.
 */
export class AccountBook {
  readonly counters = new Map<string, Counter>();
  readonly allowances = new Map<string, Allowance>();
  readonly answeredSteps = new Map<string, AnsweredStep>();
  /** The latest step that each allowance was asked for. */
  readonly lastSteps = new Map<string, number>();
  /** Granted credit of which something is left, in the order in which it is spent. */
  readonly grants: CreditGrant[] = [];
  readonly rates = new RateState();
  /** What the transaction posts to the ledger. */
  readonly transfers: Transfer[] = [];
  /** Counters by spender and day: one transaction charges many requests of a key. */
  private readonly paths = new Map<string, readonly Counter[]>();

  constructor(readonly account: Account) {}

  /** Throws where the counter was not opened: forgetting a scope must not look like "no limit". */
  counter(key: CounterKey): Counter {
    const counter = this.counters.get(nameOf(key));
    if (counter === undefined) throw new Error(`the counter ${nameOf(key)} was not opened`);
    return counter;
  }

  /** Every counter that spending of this day passes through. */
  countersOf(spender: Spender, day: string): readonly Counter[] {
    const path = `${spender.userId} ${spender.keyId} ${day}`;
    let counters = this.paths.get(path);
    if (counters === undefined) {
      counters = counterKeysOf(spender, day).map((key) => this.counter(key));
      this.paths.set(path, counters);
    }
    return counters;
  }

  /** The counter whose cap is the balance, what is left of grants and the credit line, and what is used. */
  get total(): Counter {
    return this.counter(totalKeyOf(this.account.id));
  }
}

export function totalKeyOf(accountId: string): CounterKey {
  return {
    scope: 'account',
    scopeId: accountId,
    period: 'total',
    periodStart: periodStartOf('total', ''),
  };
}
