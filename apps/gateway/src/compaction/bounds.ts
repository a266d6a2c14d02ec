export const compactionBounds = {
  /** Output tokens of a summary, where the caller gives no cap. */
  summaryTokens: 8_192,
  /** While a summary is written a stream says at least this often that it lives, in milliseconds. */
  keepAliveMs: 10_000,
} as const;
