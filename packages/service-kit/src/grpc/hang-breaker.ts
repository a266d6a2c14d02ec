export const hangBounds = {
  /** A call that failed at its deadline after so long was not answered; a shorter deadline says nothing. */
  hangMs: 1_500,
  /** Between two calls that try a service which hangs. */
  pauseMs: 250,
};

/** How a call ended: with an answer, also a refusal; not in time; or without having reached anybody. */
export type CallEnd = 'answered' | 'too_late' | 'unreached';

/**
 * Keeps callers from waiting for a service that takes calls and answers none. It opens when a call was not
 * answered in time and no later one was either. Then one call at a time, after a pause, tries the service,
 * for as long as it takes, and any answer closes it again. Times are milliseconds of one monotonic clock.
 */
export class HangBreaker {
  private answeredAt = -Infinity;
  /** Undefined while it is closed. */
  private nextTryAt: number | undefined;
  private trying = false;

  /** For how long calls are to fail at once, as far as is known; undefined where one may be made. */
  pausedMs(now: number): number | undefined {
    if (this.nextTryAt === undefined) return undefined;
    if (this.trying) return hangBounds.pauseMs;
    return now < this.nextTryAt ? Math.ceil(this.nextTryAt - now) : undefined;
  }

  /** A call is made; the function is to be told once how it ended. */
  begin(sentAt: number): (end: CallEnd, now: number) => void {
    const tries = this.nextTryAt !== undefined;
    if (tries) this.trying = true;
    return (end, now) => {
      if (tries) this.trying = false;
      if (end === 'answered') {
        this.answeredAt = now;
        this.nextTryAt = undefined;
      } else if (this.nextTryAt !== undefined || this.hangs(end, sentAt, now)) {
        this.nextTryAt = now + hangBounds.pauseMs;
      }
    };
  }

  private hangs(end: CallEnd, sentAt: number, now: number): boolean {
    return end === 'too_late' && now - sentAt >= hangBounds.hangMs && this.answeredAt < sentAt;
  }
}
