import { AccountBook, totalKeyOf } from '../book/account-book.js';
import type { Allowance, StepAnswer } from '../book/allowance.js';
import { counterKeysOf, dayOf, nameOf, type Counter, type Spender } from '../book/counter.js';
import { close, writeOff } from '../allowances/ending.js';
import { grant, renew, type AllowanceTerms } from '../allowances/granting.js';
import { answerStep } from '../allowances/steps.js';
import { noRateDemand } from '../rates/rate.js';
import { sampleAccount } from './sample-account.js';
import { chargeRequest, type Charge, type RequestCost } from '../charges/charge.js';

export const terms: AllowanceTerms = {
  lifetimeMs: 60_000,
  graceMs: 900_000,
  idleMs: 10_000,
  idleNearLimitMs: 2_000,
  sharesOfFree: 8n,
};

/** The rules as the world applies them; a control replaces one by a broken one. */
export interface Rules {
  grant: typeof grant;
  close: typeof close;
  charge: typeof chargeRequest;
  /** True where a request has been charged before. */
  isCharged(world: World, requestId: string): boolean;
}

export const rules: Rules = {
  grant,
  close,
  charge: chargeRequest,
  isCharged: (world, requestId) => world.charges.has(requestId),
};

interface Request {
  id: string;
  reserved: bigint;
  cost: bigint;
}

/** What one gateway process knows; a crash takes all of it but its journal. */
interface Lease {
  allowanceId: string;
  spender: Spender;
  step: number;
  amount: bigint;
  spent: bigint;
  running: Request[];
  expiresAt: number;
}

interface Gateway {
  epoch: number;
  leases: Map<number, Lease>;
  /** Totals of an epoch's allowances: survives a crash. */
  journal: Map<string, bigint>;
}

/** One account, its gateways, and charges on their way: everything in memory, every message losable. */
export class World {
  readonly book: AccountBook;
  readonly gateways: Gateway[];
  readonly charges = new Map<string, Charge[]>();
  readonly inTransit: RequestCost[] = [];
  readonly delivered: RequestCost[] = [];
  readonly late = new Set<string>();
  now = Date.parse('2026-03-31T23:00:00Z');
  private readonly spenders: Spender[];
  private ids = 0;

  constructor(
    balance: bigint,
    keyCap: bigint,
    private readonly applied: Rules = rules,
  ) {
    this.book = new AccountBook(sampleAccount({ balance }));
    this.spenders = [0, 1].map((n) => ({
      accountId: 'account',
      userId: `user-${n}`,
      keyId: `key-${n}`,
    }));
    this.openCounter(totalKeyOf('account')).cap = balance;
    this.keyCap = keyCap;
    this.gateways = [0, 1].map((epoch) => ({ epoch, leases: new Map(), journal: new Map() }));
  }

  private readonly keyCap: bigint;

  /** A grant or a renewal; where the reply is lost the gateway does not learn of the money. */
  ask(gateway: Gateway, key: number, minimum: bigint, wanted: bigint, lost: boolean): void {
    const spender = this.spenders[key] as Spender;
    this.opening();
    this.openCounters(spender);
    const lease = gateway.leases.get(key);
    const sentAt = this.now;
    const demand = { minimum, wanted, request: minimum, rate: noRateDemand };
    const expired = lease !== undefined && lease.expiresAt <= this.now;
    if (lease !== undefined && !expired) {
      lease.step += 1;
      const answer = this.step(lease.allowanceId, lease.step, (allowance) =>
        renew(
          this.book,
          allowance,
          { ...demand, needed: minimum, returned: 0n },
          new Date(this.now),
          terms,
        ),
      );
      if (answer?.type === 'granted' && !lost) {
        lease.amount = answer.amount;
        lease.expiresAt = sentAt + answer.lifetimeMs;
      }
      return;
    }
    if (lease !== undefined) return;
    const allowanceId = this.id('alw');
    const request = {
      ...spender,
      ...demand,
      allowanceId,
      step: 0,
      gatewayEpoch: String(gateway.epoch),
    };
    const answer = this.applied.grant(this.book, request, new Date(this.now), terms);
    if (answer.type !== 'granted') return;
    gateway.journal.set(allowanceId, 0n);
    if (lost) return;
    gateway.leases.set(key, {
      allowanceId,
      spender,
      step: 0,
      amount: answer.amount,
      spent: 0n,
      running: [],
      expiresAt: sentAt + answer.lifetimeMs,
    });
  }

  /** Admits a request where the lease covers its worst case. */
  admit(gateway: Gateway, key: number, reserved: bigint, share: number): void {
    const lease = gateway.leases.get(key);
    if (lease === undefined || lease.expiresAt <= this.now) return;
    if (lease.amount - lease.spent - total(lease.running, ({ reserved }) => reserved) < reserved)
      return;
    const cost = (reserved * BigInt(Math.round(share * 100))) / 100n;
    lease.running.push({ id: this.id('req'), reserved, cost });
  }

  finish(gateway: Gateway, key: number): void {
    const lease = gateway.leases.get(key);
    const request = lease?.running.shift();
    if (lease === undefined || request === undefined) return;
    lease.spent += request.cost;
    this.record(gateway, lease, request.id, request.cost);
  }

  /** Idle, expired or recalled: an allowance without running requests is closed with its exact total. */
  giveBack(gateway: Gateway, key: number, lost: boolean): void {
    const lease = gateway.leases.get(key);
    if (lease === undefined || lease.running.length > 0) return;
    lease.step += 1;
    this.closeStep(lease.allowanceId, lease.step, lease.spent);
    if (lost) this.closeStep(lease.allowanceId, lease.step, lease.spent);
    gateway.leases.delete(key);
    gateway.journal.delete(lease.allowanceId);
  }

  /** kill -9: running requests are closed from the journal, then every allowance with its exact total. */
  crash(gateway: Gateway): void {
    for (const lease of gateway.leases.values()) {
      for (const request of lease.running) this.record(gateway, lease, request.id, request.cost);
    }
    gateway.leases.clear();
    for (const [allowanceId, spent] of gateway.journal)
      this.closeStep(allowanceId, 4_294_967_295, spent);
    gateway.journal.clear();
    gateway.epoch += 2;
  }

  /** The disk is lost too: nobody will ever close these allowances. */
  vanish(gateway: Gateway): void {
    gateway.leases.clear();
    gateway.journal.clear();
  }

  /** Delivers one of the charges on their way, in any order; it may come again. */
  deliver(index: number, again: boolean): void {
    if (this.inTransit.length === 0) return;
    const at = index % this.inTransit.length;
    const request = this.inTransit[at] as RequestCost;
    if (!again) {
      this.inTransit.splice(at, 1);
      this.delivered.push(request);
    }
    this.charge(request);
  }

  redeliver(index: number): void {
    const request = this.delivered[index % Math.max(this.delivered.length, 1)];
    if (request !== undefined) this.charge(request);
  }

  /** What happens whenever the account's book is opened. */
  protected opening(): void {}

  sweep(): void {
    this.opening();
    for (const allowance of this.book.allowances.values()) {
      if (allowance.state === 'ended' || allowance.graceUntil.getTime() > this.now) continue;
      this.openCounters(allowance, allowance.grantedDay);
      writeOff(this.book, allowance, this.id('txn'));
    }
  }

  counters(): Counter[] {
    return [...this.book.counters.values()];
  }

  private charge(request: RequestCost): void {
    if (this.applied.isCharged(this, request.requestId)) return;
    this.opening();
    this.openCounters(request, request.startedDay);
    const allowance = this.book.allowances.get(request.allowanceId ?? '');
    if (allowance === undefined || allowance.writtenOff > 0n) this.late.add(request.requestId);
    const charge = this.applied.charge(this.book, request, () => this.id('txn'));
    this.charges.set(request.requestId, [...(this.charges.get(request.requestId) ?? []), charge]);
  }

  private record(gateway: Gateway, lease: Lease, requestId: string, cost: bigint): void {
    const { allowanceId, spender } = lease;
    const spent = gateway.journal.get(allowanceId);
    if (spent !== undefined) gateway.journal.set(allowanceId, spent + cost);
    const startedDay = dayOf(new Date(this.now));
    this.inTransit.push({
      ...spender,
      requestId,
      allowanceId,
      startedDay,
      cost,
      ledgerSequence: 0,
      model: 'gpt-5.4',
      inputTokens: 0,
      outputTokens: 0,
      bodyHash: '',
    });
  }

  private closeStep(allowanceId: string, step: number, spent: bigint): void {
    this.step(allowanceId, step, (allowance) => this.applied.close(this.book, allowance, spent));
  }

  private step(
    allowanceId: string,
    step: number,
    run: (allowance: Allowance) => StepAnswer,
  ): StepAnswer | undefined {
    this.opening();
    const allowance = this.book.allowances.get(allowanceId);
    if (allowance === undefined) return undefined;
    const asked = { allowanceId, step, requestHash: '' };
    return answerStep(
      this.book,
      asked,
      () => run(allowance),
      () => true,
    );
  }

  private openCounters(spender: Spender, day: string = dayOf(new Date(this.now))): void {
    for (const key of counterKeysOf(spender, day)) {
      const isNew = !this.book.counters.has(nameOf(key));
      const counter = this.openCounter(key);
      if (isNew && key.scope === 'key' && key.period === 'day') counter.cap = this.keyCap;
    }
  }

  private openCounter(key: ReturnType<typeof totalKeyOf>): Counter {
    const existing = this.book.counters.get(nameOf(key));
    if (existing !== undefined) return existing;
    const counter: Counter = { ...key, cap: null, used: 0n, held: 0n, lowered: false };
    this.book.counters.set(nameOf(key), counter);
    return counter;
  }

  protected id(kind: string): string {
    this.ids += 1;
    return `${kind}-${this.ids}`;
  }
}

export function total<T>(values: Iterable<T>, amount: (value: T) => bigint): bigint {
  let sum = 0n;
  for (const value of values) sum += amount(value);
  return sum;
}
