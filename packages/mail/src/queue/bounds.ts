export const queueBounds = {
  /** A mail that has ended is shown to operators for so long. */
  endedKeptMs: 30 * 24 * 3_600_000,
  pruneEveryMs: 3_600_000,
};
