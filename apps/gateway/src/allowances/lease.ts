import { RateGate, type Slice } from './rate-slice.js';

/**
 * Money that billing set aside for one key at this gateway, as the gateway keeps it. Amounts are
 * nano-USD; times are milliseconds of a monotonic clock.
 */
export class Lease {
  private spentNanoUsd = 0n;
  private reservedNanoUsd = 0n;
  private runningRequests = 0;
  private step = firstStep;
  private gate: RateGate | undefined;

  private amountNanoUsd = 0n;
  private expiresAt = 0;
  private idleMs = 0;

  /** Billing's interval starts at its commit: this one, at the earlier moment of sending, ends first. */
  constructor(
    readonly allowanceId: string,
    readonly accountId: string,
    terms: LeaseTerms,
    sentAt: number,
    private usedAt: number,
  ) {
    this.renewed(terms, sentAt, usedAt);
  }

  /** What a request can still reserve; never negative. */
  get free(): bigint {
    const free = this.amountNanoUsd - this.spentNanoUsd - this.reservedNanoUsd;
    return free > 0n ? free : 0n;
  }

  /** The exact total that was charged against it. */
  get spent(): bigint {
    return this.spentNanoUsd;
  }

  get running(): number {
    return this.runningRequests;
  }

  /** Undefined for a key without a plan: it has no rate limits. */
  get rate(): RateGate | undefined {
    return this.gate;
  }

  /** The number of the next step: billing answers each once. */
  nextStep(): number {
    this.step += 1;
    return this.step;
  }

  /** At expiry nothing new is admitted; what runs keeps its reservation. */
  isExpired(now: number): boolean {
    return now >= this.expiresAt;
  }

  expiresWithin(ms: number, now: number): boolean {
    return this.expiresAt - now < ms;
  }

  /** Nothing was admitted for as long as billing lets it lie. */
  isIdle(now: number): boolean {
    return now - this.usedAt >= this.idleMs;
  }

  reserve(amount: bigint, now: number): void {
    if (this.isExpired(now) || amount > this.free)
      throw new Error('a reservation that is not covered');
    this.reservedNanoUsd += amount;
    this.runningRequests += 1;
    this.usedAt = now;
  }

  spend(reserved: bigint, cost: bigint): void {
    this.reservedNanoUsd -= reserved;
    this.spentNanoUsd += cost;
    this.runningRequests -= 1;
  }

  /** Sets free money apart, to be given back. */
  withdraw(amount: bigint): void {
    if (amount > this.free) throw new Error('only free money can go back');
    this.amountNanoUsd -= amount;
  }

  /** Takes over billing's answer to a step that was sent at `sentAt`. */
  renewed(
    { amountNanoUsd, lifetimeMs, idleMs, slice }: LeaseTerms,
    sentAt: number,
    now: number,
  ): void {
    this.amountNanoUsd = amountNanoUsd;
    this.expiresAt = sentAt + lifetimeMs;
    this.idleMs = idleMs;
    if (slice === undefined) this.gate = undefined;
    else (this.gate ??= new RateGate()).update(slice, now);
  }
}

/** What the gateway knows of an allowance that billing granted or renewed. */
export interface LeaseTerms {
  amountNanoUsd: bigint;
  lifetimeMs: number;
  idleMs: number;
  slice: Slice | undefined;
}

/** The step of the grant itself. */
export const firstStep = 1;
