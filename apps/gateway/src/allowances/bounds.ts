/** Bounds on allowances in a gateway. Times in milliseconds. */
export const allowanceBounds = {
  tickMs: 250,
  maxWaitersPerKey: 10_000,
  maxWaitersPerCall: 256,
  /** Billing waits up to 1.5 s for what other gateways hold. */
  callTimeoutMs: 2_500,
  /** A call that failed after so long hung: the key asks again only after a pause. */
  hangMs: 2_000,
  hangPauseMs: 1_000,
  /** An answer that takes this long is waiting for what other gateways hold. */
  patienceMs: 100,
  retryAfterMs: 500,
  /** An allowance that is in use is prolonged this long before it ends. */
  renewAheadMs: 30_000,
  /** Renewals that nobody waits for come no faster. */
  renewEveryMs: 200,
  /** More free money than so many targets goes back. */
  excessFactor: 8n,
  nextWindowAheadMs: 5_000,
  /** A rate slice is asked for so much of recent use. */
  rateHorizonMs: 5_000,
  closeTimeoutMs: 4_000,
  /** What one close holds may be all that an account has left: it is not to wait long for a billing that is back. */
  closeRetryMs: { first: 200, most: 500 },
  /** One that billing itself refuses. */
  refusedCloseRetryMs: { first: 200, most: 30_000 },
  /** Of one gateway; about a batch of billing's. */
  closesAtOnce: 128,
  /** What shutdown waits for billing; what is left is closed by whoever adopts the spool. */
  closeOnShutdownMs: 1_500,
} as const;
