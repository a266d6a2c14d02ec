const hourMs = 3_600_000;

export const autoRechargeBounds = {
  /** Between two looks at the accounts whose balance has moved. */
  lookEveryMs: 1_000,
  /** Between two looks at all accounts, for what a replica that ended had noticed. */
  lookAtAllEveryMs: 60_000,
  /** Accounts looked at in one statement. */
  page: 500,
  /** How long an attempt is nobody else's: longer than a call of Stripe's takes with its retries. */
  attemptMs: 90_000,
  /** Stripe answers a repetition alike for a day; an attempt that is older is looked for in its lists first. */
  repeatableMs: 12 * hourMs,
  /** After so many failures in a row, until the next try; the one after the last switches it off. */
  pausesMs: [hourMs, 6 * hourMs, 24 * hourMs],
};
