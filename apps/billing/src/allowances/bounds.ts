/** Bounds on granting. Times in milliseconds. */
export const allowanceBounds = {
  /** How long a grant waits for other gateways to give back what they do not use; gateways give up soon after. */
  recallWaitMs: 1_500,
  /** Holds that another replica of billing released are seen after this. */
  recallPollMs: 200,
  /** An account's gateways are not called more often than this. */
  recallEveryMs: 250,
  idleMs: 10_000,
  idleNearLimitMs: 2_000,
  /** Above a request's worst case an allowance takes one such share of what is free. */
  sharesOfFree: 8n,
  /** Steps answered in one transaction. */
  batchSteps: 128,
  /** Transactions that answer steps at the same time; an account always meets the same one. */
  lanes: 4,
  maxQueuedSteps: 20_000,
  retryAfterMs: 500,
  sweepEveryMs: 1_000,
  sweepBatch: 200,
  /** Answers are kept for this long to be repeated: longer than an allowance can live. */
  stepRetentionHours: 48,
  pruneEveryMs: 10 * 60_000,
} as const;
