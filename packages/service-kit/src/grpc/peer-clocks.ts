/** A peer that has said nothing for so long is not asked about. */
const forgottenAfterMs = 60_000;

interface Heard {
  peerMs: number;
  tookMs: number;
  /** Monotonic: a clock that is set meanwhile shows at once. */
  at: number;
}

/** This process's clock beside those of the services that answer it. */
export class PeerClocks {
  private readonly peers = new Map<string, Heard>();

  /** `now` is the clock in question, in milliseconds since 1970; `monotonic` one that nobody sets. */
  constructor(
    private readonly now: () => number = () => Date.now(),
    private readonly monotonic: () => number = () => performance.now(),
  ) {}

  /** An answer has come that took `tookMs`; its sender's clock showed `peerMs` at some moment in between. */
  heard(peer: string, peerMs: number, tookMs: number): void {
    this.peers.set(peer, { peerMs, tookMs, at: this.monotonic() });
  }

  /** How far this process is ahead of each peer heard of late, at the least; below zero: behind. */
  aheadMs(): Map<string, number> {
    const now = this.now();
    const monotonic = this.monotonic();
    const ahead = new Map<string, number>();
    for (const [peer, { peerMs, tookMs, at }] of this.peers) {
      const elapsedMs = monotonic - at;
      if (elapsedMs > forgottenAfterMs) this.peers.delete(peer);
      else {
        const mostMs = now - elapsedMs - peerMs;
        const leastMs = mostMs - tookMs;
        ahead.set(peer, leastMs > 0 ? leastMs : Math.min(mostMs, 0));
      }
    }
    return ahead;
  }

  /**
   * True where every peer, and more than one, says that this clock is off by more than `boundMs`: of two
   * clocks that differ nobody knows which is wrong.
   */
  isOff(boundMs: number): boolean {
    const ahead = [...this.aheadMs().values()];
    return ahead.length > 1 && ahead.every((ms) => Math.abs(ms) > boundMs);
  }
}
