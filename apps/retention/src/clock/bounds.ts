export const clockBounds = {
  /** Clocks that differ by more are not believed alone where something is destroyed. */
  agreeWithinMs: 15 * 60_000,
  outsideTimeoutMs: 2_000,
} as const;
