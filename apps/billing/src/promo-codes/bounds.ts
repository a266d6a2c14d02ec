export const promoBounds = {
  /** Tries of one account in an hour, right or wrong. */
  attempts: 10,
  attemptWindowMs: 60 * 60_000,
  mostCreditDays: 5 * 365,
  mostRedemptions: 10_000_000,
} as const;
