const hourMs = 60 * 60_000;

export const dayBounds = {
  dayMs: 24 * hourMs,
  /** From the beginning of its day on, content can be opened for so long and no longer. */
  lifeMs: 30 * 24 * hourMs,
  /** Requests of a day may still end, and clocks may differ, for so long on either side of it. */
  graceMs: hourMs,
  /** The rows of a day that has ended are removed so long after it at the latest, or that is told. */
  removalMs: hourMs,
  removalLookMs: 60_000,
};
