export const stripeEventBounds = {
  /** Stripe's largest events are some tens of KiB. */
  bodyBytes: 256 * 1024,
  /** Events that operators are shown at once. */
  listed: 100,
  /** A webhook is answered by then, whether or not it has had its effect: it is kept. */
  answerMs: 3_000,
  /** Between two looks for events that have not had their effect. */
  sweepEveryMs: 1_000,
  sweepBatch: 50,
  /** Until an event is tried again; doubled for each failure up to the largest. */
  retryMs: 2_000,
  retryMostMs: 600_000,
  /** How long an attempt is nobody else's: longer than calls of Stripe's take with their retries. */
  claimMs: 90_000,
  /** Between two looks for events that Stripe could not deliver. */
  catchUpEveryMs: 300_000,
  /** How far those looks overlap: an event may be listed late. */
  catchUpOverlapMs: 3_600_000,
  /** Stripe lists events for 30 days. */
  catchUpMostMs: 30 * 24 * 3_600_000,
};
