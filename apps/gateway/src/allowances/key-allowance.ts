import type { Admission, Hold, Need, Refusal } from './admission.js';
import { askAhead, askForWaiting, returnOf, smallestMinimum } from './ask.js';
import type { Ask, BillingSteps, Spender, StepAnswer } from './billing-steps.js';
import { DemandMeter } from './demand-meter.js';
import { firstStep, Lease } from './lease.js';
import { allowanceBounds } from './bounds.js';

interface Waiter {
  need: Need;
  since: number;
  resolve: (admission: Admission) => void;
}

/** The allowance of one key at this gateway: who is admitted, who waits, and when billing is asked. */
export class KeyAllowance {
  private lease: Lease | undefined;
  /** Expired, with requests that still run. */
  private readonly ending = new Set<Lease>();
  private waiters: Waiter[] = [];
  private calling = false;
  private askedAt = 0;
  private recalled = false;
  private closing = false;
  private renewNoSoonerThan = -Infinity;
  private readonly demand: DemandMeter;

  constructor(
    private readonly spender: Spender,
    private readonly parts: {
      billing: BillingSteps;
      newAllowanceId: () => string;
      /** Milliseconds of a monotonic clock. */
      now: () => number;
    },
  ) {
    this.demand = new DemandMeter(parts.now());
  }

  get accountId(): string {
    return this.spender.accountId;
  }

  /** Nothing is held, nobody waits: the key may be forgotten. */
  get isEmpty(): boolean {
    return (
      this.lease === undefined &&
      this.ending.size === 0 &&
      this.waiters.length === 0 &&
      !this.calling
    );
  }

  /** At once where the allowance covers the worst case; else when billing has answered. */
  admit(need: Need): Admission | Promise<Admission> {
    const now = this.parts.now();
    if (this.waiters.length === 0) {
      const hold = this.reserve(need, need.worstCaseNanoUsd, now);
      if (hold !== undefined) {
        this.topUp(now);
        return { hold };
      }
    }
    if (this.waiters.length >= allowanceBounds.maxWaitersPerKey) {
      return { refused: { reason: 'billing_unavailable' } };
    }
    return new Promise((resolve) => {
      this.waiters.push({ need, since: now, resolve });
      this.askForWaiters();
    });
  }

  /** To be called every `tickMs`: expiry, idleness, renewal ahead of both. */
  tick(): void {
    const now = this.parts.now();
    this.retireExpired(now);
    const { lease } = this;
    if (lease === undefined || this.calling || this.waiters.length > 0) return;
    if (lease.isIdle(now)) this.giveBackIdle(lease);
    else this.topUp(now);
  }

  /** Billing wants back what no request uses. */
  recall(): void {
    const { lease } = this;
    if (lease === undefined) return;
    if (this.calling || this.waiters.length > 0) this.recalled = true;
    else this.giveBackIdle(lease);
  }

  /** Gives everything back that no request uses, and admits nothing more. Resolves when billing knows. */
  async close(): Promise<void> {
    this.closing = true;
    this.refuseAll(this.waiters.splice(0), { reason: 'billing_unavailable' });
    const { lease } = this;
    if (lease?.running === 0) await this.end(lease);
  }

  private reserve(need: Need, amount: bigint, now: number): Hold | undefined {
    const { lease } = this;
    if (lease === undefined || this.closing || lease.isExpired(now) || lease.free < amount)
      return undefined;
    const { rate } = lease;
    if (rate !== undefined && !rate.take(need.tokens, now)) return undefined;
    lease.reserve(amount, now);
    this.demand.reserved(need.worstCaseNanoUsd, need.tokens, now);
    const window = rate?.window;
    return {
      allowanceId: lease.allowanceId,
      reservedNanoUsd: amount,
      rate: rate?.standing(now),
      spend: (cost, tokens) => {
        lease.spend(amount, cost);
        rate?.giveBack(need.tokens, tokens, window);
        this.demand.spent(cost, this.parts.now());
        this.settled(lease);
      },
    };
  }

  private settled(lease: Lease): void {
    if (lease !== this.lease) {
      if (lease.running === 0 && this.ending.delete(lease)) void this.end(lease);
      return;
    }
    if (this.waiters.length > 0) {
      this.serveWhole();
      // Billing is waiting for money in flight itself: what is here is then all that there is for now.
      const waited = this.parts.now() - this.askedAt;
      if (this.calling && waited > allowanceBounds.patienceMs) this.serve([...this.waiters]);
    } else if (this.closing && lease.running === 0) void this.end(lease);
  }

  /** In order of arrival, those whose worst case is covered now. */
  private serveWhole(): void {
    for (let waiter = this.waiters[0]; waiter !== undefined; waiter = this.waiters[0]) {
      const hold = this.reserve(waiter.need, waiter.need.worstCaseNanoUsd, this.parts.now());
      if (hold === undefined) return;
      this.waiters.shift();
      waiter.resolve({ hold });
    }
  }

  /** Shares out what there is among those for whom billing was asked; the ones that get nothing. */
  private serve(batch: readonly Waiter[]): Waiter[] {
    const now = this.parts.now();
    const left: Waiter[] = [];
    for (const waiter of batch) {
      // Some were served while billing was asked.
      const index = this.waiters.indexOf(waiter);
      if (index === -1) continue;
      const { worstCaseNanoUsd, minimumNanoUsd } = waiter.need;
      const free = this.lease?.free ?? 0n;
      const amount = free < worstCaseNanoUsd ? free : worstCaseNanoUsd;
      const hold = amount < minimumNanoUsd ? undefined : this.reserve(waiter.need, amount, now);
      if (hold === undefined) left.push(waiter);
      else {
        this.waiters.splice(index, 1);
        waiter.resolve({ hold });
      }
    }
    return left;
  }

  private askForWaiters(): void {
    if (this.calling) return;
    const now = this.parts.now();
    this.retireExpired(now);
    const overdue = this.waiters.filter(({ since }) => now - since > allowanceBounds.longestWaitMs);
    const { retryAfterMs } = allowanceBounds;
    this.refuse(overdue, { reason: 'in_flight_budget', retryAfterMs });
    if (this.waiters.length === 0) return;
    const batch = this.waiters.slice(0, allowanceBounds.maxWaitersPerCall);
    void this.askFor(batch);
  }

  /** What helps nobody here goes back first: gateways that each keep such a rest would wait for each other. */
  private async askFor(batch: readonly Waiter[]): Promise<void> {
    this.calling = true;
    const { lease } = this;
    const needs = batch.map(({ need }) => need);
    if (lease !== undefined && lease.free > 0n && lease.free < smallestMinimum(needs)) {
      await this.renew(lease, returnOf(lease)).catch(() => undefined);
    }
    await this.call(askForWaiting(needs, this.lease, this.demand, this.parts.now()), batch);
  }

  /** Renews beside the traffic, before the allowance is low, ends or leaves its rate window. */
  private topUp(now: number): void {
    const { lease } = this;
    if (lease === undefined || this.calling || this.closing || now < this.renewNoSoonerThan) return;
    const ask = askAhead(lease, this.demand, now);
    if (ask === undefined) return;
    const { free } = lease;
    void this.call(ask, []).then(() => {
      // Near a limit, or before midnight, a renewal brings little: it must not come with every request.
      const after = this.parts.now();
      const isShort = (lease.free - free) * 2n < ask.wanted;
      if (isShort || lease.expiresWithin(allowanceBounds.renewAheadMs, after)) {
        this.renewNoSoonerThan = after + allowanceBounds.renewEveryMs;
      }
    });
  }

  private giveBackIdle(lease: Lease): void {
    if (lease.running === 0) void this.end(lease);
    else if (lease.free > 0n) void this.call(returnOf(lease), []);
  }

  /** One call at a time: a key's steps reach billing in their order. */
  private async call(ask: Ask, batch: readonly Waiter[]): Promise<void> {
    this.calling = true;
    this.askedAt = this.parts.now();
    let answer: StepAnswer | undefined;
    try {
      answer = this.lease === undefined ? await this.grant(ask) : await this.renew(this.lease, ask);
    } catch {
      answer = undefined;
    }
    this.calling = false;
    const left = this.serve(batch);
    if (answer === undefined) this.refuse(left, { reason: 'billing_unavailable' });
    else if (answer.kind === 'refused') this.refuse(left, answer.refusal);
    this.afterCall();
  }

  private afterCall(): void {
    if (this.waiters.length > 0) {
      this.askForWaiters();
      return;
    }
    const { lease } = this;
    if (this.recalled && lease !== undefined) this.giveBackIdle(lease);
    else if (this.closing && lease?.running === 0) void this.end(lease);
    this.recalled = false;
  }

  private async grant(ask: Ask): Promise<StepAnswer> {
    const allowanceId = this.parts.newAllowanceId();
    const sentAt = this.parts.now();
    try {
      const answer = await this.parts.billing.grant(this.spender, allowanceId, ask);
      if (answer.kind !== 'granted') return answer;
      const now = this.parts.now();
      this.lease = new Lease(allowanceId, this.accountId, answer.terms, sentAt, now);
      return answer;
    } catch (error) {
      // It may have been granted: a close releases it, or keeps a late grant from taking effect.
      const closing = { allowanceId, accountId: this.accountId, spent: 0n, unused: [] };
      void this.parts.billing.close(closing, firstStep + 1);
      throw error;
    }
  }

  private async renew(lease: Lease, ask: Ask): Promise<StepAnswer> {
    const sentAt = this.parts.now();
    const answer = await this.parts.billing.renew(lease, lease.nextStep(), ask);
    if (answer.kind === 'granted') lease.renewed(answer.terms, sentAt, this.parts.now());
    if (answer.kind === 'ended' && this.lease === lease) this.retire(lease);
    return answer;
  }

  private retireExpired(now: number): void {
    if (!this.calling && this.lease?.isExpired(now)) this.retire(this.lease);
  }

  /** Admits nothing more from it; it is closed when its last request ends. */
  private retire(lease: Lease): void {
    this.lease = undefined;
    if (lease.running === 0) {
      void this.end(lease);
      return;
    }
    this.ending.add(lease);
    // Its close will give back the same, only later, should this be lost.
    if (lease.free > 0n) {
      const ask = returnOf(lease);
      this.parts.billing.renew(lease, lease.nextStep(), ask).catch(() => undefined);
    }
  }

  private end(lease: Lease): Promise<void> {
    if (this.lease === lease) this.lease = undefined;
    const { allowanceId, accountId, spent } = lease;
    const unused = lease.rate?.unused(this.parts.now()) ?? [];
    return this.parts.billing.close({ allowanceId, accountId, spent, unused }, lease.nextStep());
  }

  private refuse(waiters: readonly Waiter[], refusal: Refusal): void {
    const refused = new Set(waiters);
    if (refused.size === 0) return;
    this.waiters = this.waiters.filter((waiter) => !refused.has(waiter));
    this.refuseAll(waiters, refusal);
  }

  private refuseAll(waiters: readonly Waiter[], refusal: Refusal): void {
    for (const { need, resolve } of waiters) {
      resolve({ refused: { ...refusal, requiredNanoUsd: need.minimumNanoUsd } });
    }
  }
}
