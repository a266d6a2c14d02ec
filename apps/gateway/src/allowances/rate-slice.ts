/** A key's share of its plan's rate limits at this gateway. Times are milliseconds of a monotonic clock. */
export interface Slice {
  /** What this gateway may admit of the window, in all. */
  requests: number;
  tokens: number;
  concurrentRequests: number;
  /** The plan's; 0: no limit. */
  limitRequests: number;
  limitTokens: number;
  limitConcurrentRequests: number;
  /** What no gateway held of the window when billing answered. */
  unallocatedRequests: number;
  unallocatedTokens: number;
  windowStartsAt: number;
  windowEndsAt: number;
  /** Milliseconds since the Unix epoch, for `x-ratelimit-reset-*`. */
  resetsAt: number;
}

/** What `x-ratelimit-*` say. */
export interface RateStanding {
  limitRequests: number;
  remainingRequests: number;
  limitTokens: number;
  remainingTokens: number;
  resetsAt: number;
}

/** What waiting requests lack beyond the slice. */
export interface Shortfall {
  requests: number;
  tokens: number;
  concurrentRequests: number;
}

interface Window {
  slice: Slice;
  usedRequests: number;
  usedTokens: number;
}

/** Admits one allowance's requests against its slices, window by window. */
export class RateGate {
  private current: Window | undefined;
  private next: Window | undefined;
  /** Billing's clock may say that a window still runs which has ended here. */
  private ended: Window | undefined;
  private running = 0;

  /** Takes over billing's answer; of the same window it replaces an earlier one. */
  update(slice: Slice, now: number): void {
    this.advance(now);
    const known = [this.current, this.next, this.ended].find(
      (window) => window?.slice.resetsAt === slice.resetsAt,
    );
    const window =
      known === undefined ? { slice, usedRequests: 0, usedTokens: 0 } : { ...known, slice };
    if (slice.windowStartsAt > now) this.next = window;
    else this.current = window;
  }

  /** True where a request of so many tokens is within the slice; it is then taken. */
  take(tokens: number, now: number): boolean {
    const lacking = this.shortfall([tokens], now);
    if (lacking.requests + lacking.tokens + lacking.concurrentRequests > 0) return false;
    const { current } = this;
    if (current === undefined) return false;
    current.usedRequests += 1;
    current.usedTokens += tokens;
    this.running += 1;
    return true;
  }

  /** A request ended: its slot is free, and of its tokens what it did not use, while the window lasts. */
  giveBack(reservedTokens: number, usedTokens: number, resetsAt: number | undefined): void {
    this.running -= 1;
    if (this.current === undefined || this.current.slice.resetsAt !== resetsAt) return;
    this.current.usedTokens -= Math.max(0, reservedTokens - usedTokens);
  }

  /** What requests of so many tokens each lack now. */
  shortfall(tokens: readonly number[], now: number): Shortfall {
    this.advance(now);
    const { current } = this;
    const total = tokens.reduce((sum, each) => sum + each, 0);
    if (current === undefined) {
      return { requests: tokens.length, tokens: total, concurrentRequests: tokens.length };
    }
    const { slice, usedRequests, usedTokens } = current;
    const lacking = (limit: number, wanted: number, allowed: number): number =>
      limit === 0 ? 0 : Math.max(0, wanted - allowed);
    return {
      requests: lacking(slice.limitRequests, usedRequests + tokens.length, slice.requests),
      tokens: lacking(slice.limitTokens, usedTokens + total, slice.tokens),
      concurrentRequests: lacking(
        slice.limitConcurrentRequests,
        this.running + tokens.length,
        slice.concurrentRequests,
      ),
    };
  }

  /** The window that is open, by its end; to be handed to `giveBack`. */
  get window(): number | undefined {
    return this.current?.slice.resetsAt;
  }

  standing(now: number): RateStanding | undefined {
    this.advance(now);
    if (this.current === undefined) return undefined;
    const { slice, usedRequests, usedTokens } = this.current;
    return {
      limitRequests: slice.limitRequests,
      remainingRequests: Math.max(0, slice.requests - usedRequests + slice.unallocatedRequests),
      limitTokens: slice.limitTokens,
      remainingTokens: Math.max(0, slice.tokens - usedTokens + slice.unallocatedTokens),
      resetsAt: slice.resetsAt,
    };
  }

  /** The window ends soon and the next one's slice is not there yet. */
  needsNext(withinMs: number, now: number): boolean {
    this.advance(now);
    return (
      this.current !== undefined &&
      this.next === undefined &&
      this.current.slice.windowEndsAt - now < withinMs
    );
  }

  private advance(now: number): void {
    if (this.current === undefined || now < this.current.slice.windowEndsAt) return;
    this.ended = this.current;
    this.current = this.next;
    this.next = undefined;
    if (this.current !== undefined && now >= this.current.slice.windowEndsAt)
      this.current = undefined;
  }
}
