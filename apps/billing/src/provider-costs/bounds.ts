export const providerCostBounds = {
  /** A bill of 40 days and 500 models has 3 MB. */
  csvBytes: 3_500_000,
  csvRows: 20_000,
  /** Bad rows of which a refusal tells. */
  toldErrors: 20,
  /** UTC days before today that the daily report looks at: bills come weeks later, and are corrected. */
  reportedDays: 60,
  /** A cost that is off by no more than this is no difference, whatever share it is: 1 cent. */
  leastCostNanoUsd: 10_000_000n,
  /** The same for tokens of one class. */
  leastTokens: 1_000n,
};
