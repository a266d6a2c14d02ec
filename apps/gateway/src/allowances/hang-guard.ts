import type { Refusal } from './admission.js';
import type { BillingSteps } from './billing-steps.js';
import { allowanceBounds } from './bounds.js';

/**
 * Tells a billing that hangs from one that is slow: whoever comes after a call that hung is told so at
 * once, until one call after a pause shows whether it still does. Where it hangs on this key alone, say on
 * a locked row, it is not seen to pause. Times are of one monotonic clock.
 */
export class HangGuard {
  private askedAt = -Infinity;
  private pausedUntil = -Infinity;

  constructor(private readonly billing: Pick<BillingSteps, 'pausedMs'>) {}

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

  /** What whoever has waited too long is told; `calling`: a call is under way. */
  late(calling: boolean, now: number): Refusal {
    if (calling && this.hangs(now)) return hanging();
    return { reason: 'in_flight_budget', retryAfterMs: allowanceBounds.retryAfterMs };
  }

  /** What whoever would wait is told; undefined where billing may be asked. */
  refusal(now: number): Refusal | undefined {
    const pausedMs = Math.max(this.billing.pausedMs() ?? 0, Math.ceil(this.pausedUntil - now));
    return pausedMs > 0 ? hanging(pausedMs) : undefined;
  }
}

export function hanging(retryAfterMs: number = allowanceBounds.hangPauseMs): Refusal {
  return { reason: 'billing_unavailable', retryAfterMs };
}
