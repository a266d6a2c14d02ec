const mib = 1024 * 1024;

export const contentBounds = {
  /** Of one call, as the proto says. */
  contents: 500,
  callBytes: 64 * mib,
  /** Of all calls that are being stored; what comes then is refused, and gateways drop it. */
  inHandBytes: 192 * mib,
  /** Of one statement. */
  statementBytes: 8 * mib,
  /** Rows that one statement removes of what an author has deleted, and statements before they are answered. */
  removedAtOnce: 1_000,
  removalsAtOnce: 5,
  removalLookMs: 60_000,
  /** "Everything" is what began until so long from now: clocks of gateways may be ahead. */
  aheadMs: 10_000,
  /** Requests that are named in one call. */
  named: 100,
  pageSize: 20,
  largestPage: 100,
  /** Version, nonce and tag: nothing sealed is shorter. */
  leastSealedBytes: 1 + 12 + 16,
};
