export const paymentBounds = {
  /** Between two looks for refunds that Stripe has not answered. */
  sweepEveryMs: 1_000,
  sweepBatch: 20,
  /** Longer than an attempt takes, its retries included; doubled for each one more. */
  attemptMs: 90_000,
  /** Entries of one page of an account's history. */
  historyPage: 100,
  /** Payments of nobody here that operators are shown at once. */
  unassignedPage: 100,
};
