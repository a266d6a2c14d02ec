/** Requests and tokens of one UTC minute. */
export interface RateAmounts {
  requests: bigint;
  tokens: bigint;
}

/** What all allowances of a key may admit in one window. `windowStart` is in milliseconds since the Unix epoch. */
export interface RateWindow extends RateAmounts {
  keyId: string;
  windowStart: number;
}

/** One allowance's share of a window. */
export interface AllowanceSlice extends RateAmounts {
  allowanceId: string;
  windowStart: number;
}

/** What an allowance may admit of a window, as it is answered. */
export interface RateAnswer extends RateAmounts {
  slots: number;
  limitRequests: bigint;
  limitTokens: bigint;
  limitSlots: number;
  unallocatedRequests: bigint;
  unallocatedTokens: bigint;
  windowEnd: number;
  startsInMs: number;
  endsInMs: number;
}

/** The rate limits of one account's keys, as far as a transaction has opened them. */
export class RateState {
  private readonly windows = new Map<string, RateWindow>();
  private readonly slices = new Map<string, AllowanceSlice>();
  /** Concurrent requests of all open allowances, by key. */
  private readonly slots = new Map<string, number>();

  openWindow(window: RateWindow): void {
    this.windows.set(`${window.keyId} ${window.windowStart}`, window);
  }

  openSlice(slice: AllowanceSlice): void {
    this.slices.set(`${slice.allowanceId} ${slice.windowStart}`, slice);
  }

  /** Throws where it was not opened: forgetting a window must not look like an unused one. */
  window(keyId: string, windowStart: number): RateWindow {
    return opened(this.windows.get(`${keyId} ${windowStart}`));
  }

  slice(allowanceId: string, windowStart: number): AllowanceSlice {
    return opened(this.slices.get(`${allowanceId} ${windowStart}`));
  }

  slotsOf(keyId: string): number {
    return this.slots.get(keyId) ?? 0;
  }

  setSlots(keyId: string, slots: number): void {
    this.slots.set(keyId, slots);
  }

  get openedWindows(): RateWindow[] {
    return [...this.windows.values()];
  }

  get openedSlices(): AllowanceSlice[] {
    return [...this.slices.values()];
  }
}

function opened<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('a rate window that was not opened');
  return value;
}
