const minuteMs = 60_000;

export const reconciliationBounds = {
  /** What moved at Stripe since then may not be booked yet. */
  settlingMs: 5 * minuteMs,
  /** A day is compared so long after its end. */
  dayLagMs: 2 * 60 * minuteMs,
  /** Between two looks for days that were not compared. */
  lookEveryMs: 10 * minuteMs,
  /** Days that are caught up with after an outage. */
  days: 30,
  /** A comparison that has not ended by then has died with its process. */
  diedAfterMs: 6 * 60 * minuteMs,
  /** Movements that are kept in one statement. */
  batch: 1_000,
  /** Differences of which the answer tells. */
  examples: 10,
  /** Differences that are looked into at most: more of them have one cause. */
  mostLookups: 1_000,
};
