/** A peer that has said nothing for so long is not asked about. */
const forgottenAfterMs = 60_000;

interface Heard {
  /** How far this process is ahead of the peer is between these. */
  leastMs: number;
  mostMs: number;
  /** Monotonic. */
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
    const mostMs = this.now() - peerMs;
    this.peers.set(peer, { leastMs: mostMs - tookMs, mostMs, at: this.monotonic() });
  }

  /** How far this process is ahead of each peer heard of late, at the least; below zero: behind. */
  aheadMs(): Map<string, number> {
    const since = this.monotonic() - forgottenAfterMs;
    for (const [peer, { at }] of this.peers) if (at < since) this.peers.delete(peer);
    return new Map(
      [...this.peers].map(([peer, { leastMs, mostMs }]) => [
        peer,
        leastMs > 0 ? leastMs : Math.min(mostMs, 0),
      ]),
    );
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
