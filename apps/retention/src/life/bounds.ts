export const lifeBounds = {
  lookEveryMs: 60_000,
  /** A day that ends later than so long after its time was missed: that is told and counted. */
  missedMs: 60 * 60_000,
};
