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

/** Requests and tokens of a window. */
export interface RateAmounts {
  requests: number;
  tokens: number;
}

/** What is left unused of a window; `resetsAt` names it. */
export interface Unused extends RateAmounts {
  resetsAt: number;
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
  private slots = 0;
  private runningRequests = 0;

  /** Admitted and not over. */
  get running(): number {
    return this.runningRequests;
  }

  /**
   * Takes over billing's answer; of the same window it replaces an earlier one. An answer may come after
   * its window has ended, or after a newer one has begun: that window admits nothing more then.
   */
  update(slice: Slice, now: number): void {
    this.advance(now);
    this.slots = slice.concurrentRequests;
    const known = [this.current, this.next, this.ended].find(
      (window) => window?.slice.resetsAt === slice.resetsAt,
    );
    const window =
      known === undefined ? { slice, usedRequests: 0, usedTokens: 0 } : { ...known, slice };
    if (slice.windowStartsAt > now) this.next = window;
    else if (slice.windowEndsAt > now && slice.resetsAt >= this.newestReset()) {
      this.current = window;
    } else if (known !== undefined && known === this.ended) this.ended = window;
  }

  /** True where a request of so many tokens is within the slice; it is then taken. */
  take(bound: number, now: number): boolean {
    const tokens = this.counted(bound);
    const lacking = this.lacking([tokens], now);
    const { current } = this;
    if (current === undefined || lacking.requests > 0 || lacking.tokens > 0) return false;
    const { limitConcurrentRequests } = current.slice;
    if (limitConcurrentRequests > 0 && this.runningRequests >= this.slots) return false;
    current.usedRequests += 1;
    current.usedTokens += tokens;
    this.runningRequests += 1;
    return true;
  }

  /**
   * A request ended: its slot is free and, while its window lasts, what it did not use of its tokens.
   * More than it had reserved counts too, so that a bound that was too low cannot widen the limit.
   */
  giveBack(reservedTokens: number, usedTokens: number, resetsAt: number | undefined): void {
    this.runningRequests -= 1;
    if (this.current === undefined || this.current.slice.resetsAt !== resetsAt) return;
    this.current.usedTokens += usedTokens - this.counted(reservedTokens);
  }

  /** What requests of so many tokens each lack in this window beyond the slice. */
  lacking(tokens: readonly number[], now: number): RateAmounts {
    this.advance(now);
    const total = tokens.reduce((sum, each) => sum + this.counted(each), 0);
    const { current } = this;
    if (current === undefined) return { requests: tokens.length, tokens: total };
    const { slice, usedRequests, usedTokens } = current;
    const beyond = (limit: number, wanted: number, allowed: number): number =>
      limit === 0 ? 0 : Math.max(0, wanted - allowed);
    return {
      requests: beyond(slice.limitRequests, usedRequests + tokens.length, slice.requests),
      tokens: beyond(slice.limitTokens, usedTokens + total, slice.tokens),
    };
  }

  /** What the allowance will not use any more, when it ends. */
  unused(now: number): Unused[] {
    this.advance(now);
    return [this.current, this.next].flatMap((window) => {
      if (window === undefined) return [];
      const { slice, usedRequests, usedTokens } = window;
      return {
        resetsAt: slice.resetsAt,
        requests: Math.max(0, slice.requests - usedRequests),
        tokens: Math.max(0, slice.tokens - usedTokens),
      };
    });
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

  private newestReset(): number {
    return Math.max(
      this.current?.slice.resetsAt ?? -Infinity,
      this.ended?.slice.resetsAt ?? -Infinity,
    );
  }

  /** A request that could be larger than the whole limit takes all of it: else it could never run. */
  private counted(tokens: number): number {
    const limit = this.current?.slice.limitTokens ?? 0;
    return limit === 0 ? tokens : Math.min(tokens, limit);
  }

  private advance(now: number): void {
    if (this.current !== undefined && now >= this.current.slice.windowEndsAt) {
      this.ended = this.current;
      this.current = undefined;
    }
    const { next } = this;
    if (this.current !== undefined || next === undefined || now < next.slice.windowStartsAt) return;
    this.next = undefined;
    if (now < next.slice.windowEndsAt) this.current = next;
  }
}
