export const idempotencyBounds = {
  /** Characters of the header. */
  maxKeyLength: 255,
  claimTimeoutMs: 2_000,
  /** A refused request waits this long for its claim to be released; later attempts do not hold it up. */
  releaseTimeoutMs: 1_000,
  releaseRetryMs: { first: 250, most: 10_000 },
  /** An ended epoch may have a day's claims. */
  epochReleaseTimeoutMs: 60_000,
  /** Claims that are neither in the spool nor released; above it requests with the header get 503. */
  maxUnsettledClaims: 10_000,
  /** When a repetition may ask again whether the first request has ended. */
  retryAfterMs: 1_000,
} as const;
