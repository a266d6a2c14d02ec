export const erasureBounds = {
  /** How often it is looked for what is due: a message kicks it at once, this finds what a crash left. */
  sweepEveryMs: 1_000,
  /** Nobody else takes up an erasure that somebody has taken for so long; two at once do no harm. */
  takenMs: 60_000,
  /** What failed is tried again after this, then after twice as long, up to the most; there is no last time. */
  retryMs: 1_000,
  retryMostMs: 300_000,
  atOnce: 4,
  /** Longer than usage of a gateway with a broken disk or link is waited for: what comes later is nobody's at all. */
  pseudonymKeptMs: 90 * 24 * 3_600_000,
  forgetEveryMs: 3_600_000,
};
