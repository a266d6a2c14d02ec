const FIRST_DELAY_MS = 250;
const LONGEST_DELAY_MS = 10_000;
const STABLE_AFTER_MS = 30_000;

/**
 * How long to wait before a process is started again: not at all once it has run for 30 s, else 250 ms,
 * doubled with every further end up to 10 s.
 */
export function nextDelayMs(previousDelayMs: number | undefined, uptimeMs: number): number {
  if (uptimeMs >= STABLE_AFTER_MS) return 0;
  return Math.min(Math.max((previousDelayMs ?? 0) * 2, FIRST_DELAY_MS), LONGEST_DELAY_MS);
}
