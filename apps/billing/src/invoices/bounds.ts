const minuteMs = 60_000;

export const invoiceBounds = {
  /** A month is invoiced so long after its end: nearly every charge of it has come by then. */
  lagMs: 6 * 60 * minuteMs,
  /** Between two looks for accounts to be invoiced, and for invoices that Stripe does not have yet. */
  lookEveryMs: minuteMs,
  /** Accounts that are looked for at once. */
  page: 500,
  /** Invoices that are sent at the same time: Stripe takes 100 calls a second, and each of them needs some. */
  sentAtOnce: 8,
  /** Stripe collects no less: https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts */
  leastCents: 50n,
  daysUntilDue: 14,
  /** How long an attempt to send one is nobody else's; doubled for each one more. */
  attemptMs: 90_000,
  listed: 100,
};
