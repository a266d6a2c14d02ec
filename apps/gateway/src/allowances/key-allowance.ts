import type { Admission, Hold, Need } from './admission.js';
import { askAhead, askForWaiting, returnOf, smallestMinimum } from './ask.js';
import type { Ask, Spender, StepAnswer } from './billing-steps.js';
import { DemandMeter } from './demand-meter.js';
import { hanging, HangGuard } from './hang-guard.js';
import type { Lease } from './lease.js';
import { LeaseSteps, type LeaseParts } from './lease-steps.js';
import { Waiters, type Waiter } from './waiters.js';
import { bounds } from '../bounds.js';
import { areSameLimits } from '../keys/resolved-key.js';
import { allowanceBounds } from './bounds.js';

/** The allowance of one key at this gateway: who is admitted, who waits, and when billing is asked. */
export class KeyAllowance {
  private lease: Lease | undefined;
  /** Expired, with requests that still run. */
  private readonly ending = new Set<Lease>();
  private readonly waiters = new Waiters();
  private calling = false;
  private readonly guard: HangGuard;
  private readonly steps: LeaseSteps;
  private recalled = false;
  private closing = false;
  private renewNoSoonerThan = -Infinity;
  private readonly demand: DemandMeter;

  constructor(
    private spender: Spender,
    private readonly parts: LeaseParts,
  ) {
    this.steps = new LeaseSteps(parts);
    this.guard = new HangGuard(parts.billing);
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
      this.waiters.count === 0 &&
      !this.calling
    );
  }

  /** The key as it is known now: what was granted under other rate limits admits nothing more. */
  spendsFor(spender: Spender): void {
    if (spender === this.spender) return;
    const { rateLimits } = this.spender;
    this.spender = spender;
    const { lease } = this;
    if (lease !== undefined && !areSameLimits(rateLimits, spender.rateLimits)) this.retire(lease);
  }

  /**
   * At once where the allowance covers the worst case, or billing hangs; else when billing has answered. For
   * `waitedMs` the request has waited for other services already.
   */
  admit(need: Need, waitedMs = 0): Admission | Promise<Admission> {
    const now = this.parts.now();
    if (this.waiters.count === 0) {
      const hold = this.reserve(need, need.worstCaseNanoUsd, now);
      if (hold !== undefined) {
        this.topUp(now);
        return { hold };
      }
    }
    if (this.waiters.count >= allowanceBounds.maxWaitersPerKey) {
      return { refused: { reason: 'billing_unavailable' } };
    }
    const refused = this.guard.refusal(now);
    if (refused !== undefined) {
      const hold = this.reserveSome(need, now);
      return hold === undefined ? { refused } : { hold };
    }
    return new Promise((resolve) => {
      this.waiters.add({ need, since: now - waitedMs, resolve });
      this.askForWaiters();
    });
  }

  /** To be called every `tickMs`: expiry, idleness, renewal ahead of both, and who has waited too long. */
  tick(): void {
    const now = this.parts.now();
    this.retireExpired(now);
    this.refuseOverdue(now);
    const { lease } = this;
    if (lease === undefined || this.calling || this.waiters.count > 0) return;
    if (lease.isIdle(now)) this.giveBackIdle(lease);
    else this.topUp(now);
  }

  /** Billing wants back what no request uses. */
  recall(): void {
    const { lease } = this;
    if (lease === undefined) return;
    if (this.calling || this.waiters.count > 0) this.recalled = true;
    else this.giveBackIdle(lease);
  }

  /** Gives everything back that no request uses, and admits nothing more. Resolves when billing knows. */
  async close(): Promise<void> {
    this.closing = true;
    this.waiters.refuse(this.waiters.all, { reason: 'billing_unavailable' });
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

  /** As much of the worst case as there is, if that is worth sending. */
  private reserveSome(need: Need, now: number): Hold | undefined {
    const free = this.lease?.free ?? 0n;
    const amount = free < need.worstCaseNanoUsd ? free : need.worstCaseNanoUsd;
    return amount < need.minimumNanoUsd ? undefined : this.reserve(need, amount, now);
  }

  private settled(lease: Lease): void {
    if (lease !== this.lease) {
      if (lease.running === 0 && this.ending.delete(lease)) void this.end(lease);
      return;
    }
    if (this.waiters.count > 0) {
      this.serveWhole();
      // Billing is waiting for money in flight itself: what is here is then all that there is for now.
      const waitedMs = this.guard.waitedMs(this.parts.now());
      if (this.calling && waitedMs > allowanceBounds.patienceMs) this.serve(this.waiters.all);
    } else if (this.closing && lease.running === 0) void this.end(lease);
  }

  /** In order of arrival, those whose worst case is covered now. */
  private serveWhole(): void {
    for (let waiter = this.waiters.first; waiter !== undefined; waiter = this.waiters.first) {
      const hold = this.reserve(waiter.need, waiter.need.worstCaseNanoUsd, this.parts.now());
      if (hold === undefined) return;
      this.waiters.answer(waiter, { hold });
    }
  }

  /** Shares out what there is among those for whom billing was asked; the ones that get nothing. */
  private serve(batch: readonly Waiter[]): Waiter[] {
    const now = this.parts.now();
    const left: Waiter[] = [];
    for (const waiter of batch) {
      // Some were served while billing was asked.
      if (!this.waiters.has(waiter)) continue;
      const hold = this.reserveSome(waiter.need, now);
      if (hold === undefined) left.push(waiter);
      else this.waiters.answer(waiter, { hold });
    }
    return left;
  }

  private askForWaiters(): void {
    if (this.calling) return;
    const now = this.parts.now();
    this.retireExpired(now);
    this.refuseOverdue(now);
    if (this.waiters.count === 0) return;
    const refused = this.guard.refusal(now);
    if (refused !== undefined) return this.waiters.refuse(this.waiters.all, refused);
    const batch = this.waiters.next(allowanceBounds.maxWaitersPerCall);
    void this.askFor(batch);
  }

  /** Whoever has waited so long gets an answer, whatever billing does. */
  private refuseOverdue(now: number): void {
    const overdue = this.waiters.since(now - bounds.longestWaitMs);
    this.waiters.refuse(overdue, this.guard.late(this.calling, now));
  }

  /** What helps nobody here goes back first: gateways that each keep such a rest would wait for each other. */
  private async askFor(batch: readonly Waiter[]): Promise<void> {
    this.calling = true;
    this.guard.asked(this.parts.now());
    const { lease } = this;
    const needs = batch.map(({ need }) => need);
    if (lease !== undefined && lease.free > 0n && lease.free < smallestMinimum(needs)) {
      const returned = await this.renew(lease, returnOf(lease)).catch(() => undefined);
      if (returned === undefined && this.guard.hangs(this.parts.now())) {
        return this.answered(undefined, batch);
      }
    }
    await this.call(askForWaiting(needs, this.lease, this.demand, this.parts.now()), batch);
  }

  /** Renews beside the traffic, before the allowance is low, ends or leaves its rate window. */
  private topUp(now: number): void {
    const { lease } = this;
    if (lease === undefined || this.calling || this.closing || now < this.renewNoSoonerThan) return;
    if (this.guard.refusal(now) !== undefined) return;
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
    this.guard.asked(this.parts.now());
    let answer: StepAnswer | undefined;
    try {
      answer = this.lease === undefined ? await this.grant(ask) : await this.renew(this.lease, ask);
    } catch {
      answer = undefined;
    }
    this.answered(answer, batch);
  }

  private answered(answer: StepAnswer | undefined, batch: readonly Waiter[]): void {
    this.calling = false;
    const now = this.parts.now();
    const left = this.serve(batch);
    if (answer === undefined && this.guard.hangs(now)) {
      this.guard.pause(now);
      this.waiters.refuse(this.waiters.all, hanging());
    } else if (answer === undefined) this.waiters.refuse(left, { reason: 'billing_unavailable' });
    else if (answer.kind === 'refused') this.waiters.refuse(left, answer.refusal);
    this.afterCall();
  }

  private afterCall(): void {
    if (this.waiters.count > 0) {
      this.askForWaiters();
      return;
    }
    const { lease } = this;
    if (this.recalled && lease !== undefined) this.giveBackIdle(lease);
    else if (this.closing && lease?.running === 0) void this.end(lease);
    this.recalled = false;
  }

  private async grant(ask: Ask): Promise<StepAnswer> {
    const { answer, lease } = await this.steps.grant(this.spender, ask);
    if (lease !== undefined) this.lease = lease;
    return answer;
  }

  private async renew(lease: Lease, ask: Ask): Promise<StepAnswer> {
    const answer = await this.steps.renew(lease, this.spender, ask);
    if (answer.kind === 'ended' && this.lease === lease) this.retire(lease);
    return answer;
  }

  private retireExpired(now: number): void {
    if (!this.calling && this.lease?.isExpired(now)) this.retire(this.lease);
  }

  /** Admits nothing more from it; it is closed when its last request ends. */
  private retire(lease: Lease): void {
    this.lease = undefined;
    if (lease.running === 0) return void this.end(lease);
    this.ending.add(lease);
    if (lease.free > 0n) this.steps.giveBack(lease, this.spender);
  }

  private end(lease: Lease): Promise<void> {
    if (this.lease === lease) this.lease = undefined;
    return this.steps.end(lease);
  }
}
