const dayMs = 24 * 3_600_000;

export const pruningBounds = {
  /** Stripe lists an event for 30 days: one that is forgotten after that is never read again. */
  stripeEventsMs: 40 * dayMs,
  /** Tries end after 3 days: the rest is for whoever looks into what their endpoint was sent. */
  deliveriesMs: 90 * dayMs,
  /** More than a year, so that nothing which repeats by the year is told twice. */
  noticesMs: 400 * dayMs,
  /** Between two looks. */
  everyMs: 600_000,
  /** Rows of one statement: it holds no lock that anybody would notice. */
  batch: 500,
  /** Statements of one look for each kind: what is left waits for the next. */
  mostBatches: 40,
};
