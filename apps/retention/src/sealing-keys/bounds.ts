export const sealingKeyBounds = {
  /** A gateway that misses the news of a destruction keeps a derived key for at most so long. */
  usableMs: 10 * 60_000,
};
