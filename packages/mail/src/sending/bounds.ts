export const mailBounds = {
  sweepEveryMs: 2_000,
  sweepBatch: 20,
  /** Mails that one process sends at once: as many connections to the mail server. */
  atOnce: 4,
  /** How long a mail is nobody else's: longer than every question and the sending may take together. */
  claimMs: 180_000,
  sendMs: 120_000,
  connectMs: 10_000,
  /** Without a word of the mail server. */
  silenceMs: 30_000,
  /** Until a mail that failed is tried again; doubled for each failure up to the largest. */
  retryMs: 30_000,
  retryMostMs: 3_600_000,
  /** After this a mail is given up. */
  giveUpAfterMs: 3 * 24 * 3_600_000,
};
