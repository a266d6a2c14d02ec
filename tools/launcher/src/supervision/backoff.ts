const FIRST_DELAY_MS = 250;
const LONGEST_DELAY_MS = 10_000;
const STABLE_AFTER_MS = 30_000;

/**
 * How long to wait before a process is started again: 250 ms, doubled with every further end up to
 * 10 s, and 250 ms again once it has run for 30 s.
 */
export function nextDelayMs(previousDelayMs: number | undefined, uptimeMs: number): number {
  if (previousDelayMs === undefined || uptimeMs >= STABLE_AFTER_MS) return FIRST_DELAY_MS;
  return Math.min(previousDelayMs * 2, LONGEST_DELAY_MS);
}
