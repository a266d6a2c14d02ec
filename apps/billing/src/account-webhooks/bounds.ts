export const webhookBounds = {
  urlLength: 2_000,
  sweepEveryMs: 1_000,
  sweepBatch: 50,
  /** Requests that one process makes at once. */
  atOnce: 16,
  /** From the name's resolution to the end of the answer's headers. */
  requestMs: 10_000,
  /** How long a delivery is nobody else's: longer than an attempt takes. */
  claimMs: 60_000,
  /** Until a delivery that failed is tried again; three times as long after each failure up to the largest. */
  retryMs: 5_000,
  retryMostMs: 8 * 3_600_000,
  /** After this a delivery is given up. */
  giveUpAfterMs: 3 * 24 * 3_600_000,
  /** How long the secret before a rotation signs too. */
  previousSecretMs: 24 * 3_600_000,
  testsAMinute: 10,
  listed: 100,
};
