export const sessionBounds = {
  /** Signed out after this long without a request. */
  idleMs: 7 * 24 * 3_600_000,
  lifeMs: 30 * 24 * 3_600_000,
  /** How far behind `seenAtMs` may be: the cookie is not set anew with each answer. */
  seenAgainMs: 3_600_000,
  /** What cannot be taken back asks for a proof that is not older. */
  stepUpMs: 600_000,
  /** A session that ended elsewhere is refused after this at the latest. */
  checkedMs: 5_000,
  /** Sessions whose last check a process remembers. */
  checksRemembered: 20_000,
  /** From "sign in" to the way back. */
  signInMs: 900_000,
};
