const dayMs = 24 * 60 * 60_000;

export const legalHoldBounds = {
  longestMs: 2 * 366 * dayMs,
  lookEveryMs: 60_000,
  /** Contents that are sealed anew before the next are asked for. */
  batch: 50,
  /** Rows that one statement removes of a hold that has ended. */
  removedAtOnce: 1_000,
  listed: 500,
};
