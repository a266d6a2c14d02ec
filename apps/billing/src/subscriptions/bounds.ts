export const subscriptionBounds = {
  /** Between two looks for payments of second subscriptions. */
  refundEveryMs: 5_000,
  refundBatch: 20,
  /** Subscriptions at Stripe that are compared in one statement. */
  compareBatch: 500,
};
