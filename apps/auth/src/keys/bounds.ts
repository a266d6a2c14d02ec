/** Technical bounds of keys. */
export const keyBounds = {
  defaultPage: 20,
  maxPage: 100,
  /** Not revoked, of one person on one account. */
  perPerson: 100,
  maxListed: 100,
  maxModelIdLength: 200,
  maxRate: 1_000_000_000,
  maxConcurrent: 1_000_000,
  maxGraceSeconds: 7 * 24 * 60 * 60,
} as const;
