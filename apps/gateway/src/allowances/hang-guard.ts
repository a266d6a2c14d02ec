import type { Refusal } from './admission.js';
import { allowanceBounds } from './bounds.js';

/**
 * Tells a billing that hangs from one that is slow: whoever comes after a call that hung is told so at
 * once, until one call after a pause shows whether it still does. Times are of one monotonic clock.
 */
export class HangGuard {
  private askedAt = -Infinity;
  private pausedUntil = -Infinity;

  asked(now: number): void {
    this.askedAt = now;
  }

  waitedMs(now: number): number {
    return now - this.askedAt;
  }

  /** The call that is under way, or has just failed, took longer than billing's own waiting. */
  hangs(now: number): boolean {
    return this.waitedMs(now) >= allowanceBounds.hangMs;
  }

  pause(now: number): void {
    this.pausedUntil = now + allowanceBounds.hangPauseMs;
  }

  isPaused(now: number): boolean {
    return now < this.pausedUntil;
  }

  refusal(now: number): Refusal {
    const leftMs = this.isPaused(now) ? this.pausedUntil - now : allowanceBounds.hangPauseMs;
    return { reason: 'billing_unavailable', retryAfterMs: Math.ceil(leftMs) };
  }
}
