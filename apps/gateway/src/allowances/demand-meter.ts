const halfLifeMs = 5_000;
/** How much of recent spend an allowance is to last for. */
const spendHorizonMs = 10_000;
/** How much of recent reservations: several times what a renewal takes. */
const reservationHorizonMs = 250;
const worstCasesAhead = 16n;

/** Recent spend and reservations of one key, decaying, and what allowance they suggest. Nano-USD. */
export class DemandMeter {
  private spentPerMs = 0;
  private reservedPerMs = 0;
  private requestsPerMs = 0;
  private worstCase = 0n;
  private tokens = 0;
  private updatedAt: number;

  constructor(now: number) {
    this.updatedAt = now;
  }

  reserved(worstCase: bigint, tokens: number, now: number): void {
    this.decay(now);
    this.tokens = Math.max(tokens, this.tokens - (this.tokens - tokens) / 8);
    this.reservedPerMs += Number(worstCase) / meanLifeMs;
    this.requestsPerMs += 1 / meanLifeMs;
    // Falls slowly, so that one small request between large ones does not starve the next.
    this.worstCase =
      worstCase > this.worstCase ? worstCase : this.worstCase - (this.worstCase - worstCase) / 8n;
  }

  spent(cost: bigint, now: number): void {
    this.decay(now);
    this.spentPerMs += Number(cost) / meanLifeMs;
  }

  /** The free money that the next requests should find; `waiting` is the worst case of one that waits. */
  target(now: number, waiting = 0n): bigint {
    this.decay(now);
    const worstCase = waiting > this.worstCase ? waiting : this.worstCase;
    const ahead = Math.max(
      this.spentPerMs * spendHorizonMs,
      this.reservedPerMs * reservationHorizonMs,
    );
    const least = worstCasesAhead * worstCase;
    const suggested = BigInt(Math.ceil(ahead));
    return suggested > least ? suggested : least;
  }

  /** Requests to expect within `ms`, at least one. */
  requestsWithin(ms: number, now: number): number {
    this.decay(now);
    return Math.max(1, Math.ceil(this.requestsPerMs * ms));
  }

  /** Tokens that a request is to be expected to reserve. */
  tokensPerRequest(waiting: readonly number[]): number {
    return Math.max(this.tokens, ...waiting);
  }

  private decay(now: number): void {
    const elapsed = now - this.updatedAt;
    if (elapsed <= 0) return;
    const factor = 0.5 ** (elapsed / halfLifeMs);
    this.spentPerMs *= factor;
    this.reservedPerMs *= factor;
    this.requestsPerMs *= factor;
    this.updatedAt = now;
  }
}

/** An event weighs 1 / mean life: the sum of decaying weights is then a rate. */
const meanLifeMs = halfLifeMs / Math.LN2;
