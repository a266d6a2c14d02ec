export const stripeBounds = {
  /** Of one call, its retries not counted. */
  timeoutMs: 20_000,
  retries: 2,
  /** A webhook that was signed longer ago is refused: it may be a recording. */
  signatureAgeSeconds: 300,
  /** Pages of a list that are read at most for one payment: nobody refunds one more than 1,000 times. */
  listed: 1_000,
  /** Types by which Stripe lists events at once. */
  eventTypesAtOnce: 20,
};
