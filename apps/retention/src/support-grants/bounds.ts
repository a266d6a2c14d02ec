const dayMs = 24 * 60 * 60_000;

export const supportGrantBounds = {
  requests: 100,
  lifetimeMs: 7 * dayMs,
  longestLifetimeMs: 30 * dayMs,
  /** Open at a time, of one author. */
  open: 100,
  listed: 100,
};
