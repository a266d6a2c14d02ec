import { bounds } from '../bounds.js';

/** Bounds the attempts after a first one, so that a failing upstream is not hit harder for failing. */
export class RetryBudget {
  private windowStart = -Infinity;
  private requests = 0;
  private retries = 0;

  countRequest(now: number): void {
    this.advance(now);
    this.requests++;
  }

  /** Whether another attempt may be made; it is then counted. */
  take(now: number): boolean {
    this.advance(now);
    if (this.retries >= bounds.retryFloor + this.requests * bounds.retryShare) return false;
    this.retries++;
    return true;
  }

  /** Half of what was counted in a window lasts into the next, so that its edge is none. */
  private advance(now: number): void {
    const age = now - this.windowStart;
    if (age < bounds.retryWindowMs) return;
    const kept = age < 2 * bounds.retryWindowMs ? 0.5 : 0;
    this.requests *= kept;
    this.retries *= kept;
    this.windowStart = now;
  }
}
