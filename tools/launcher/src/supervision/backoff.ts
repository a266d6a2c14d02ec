const FIRST_DELAY_MS = 250;
const LONGEST_DELAY_MS = 10_000;
/** It can start, and others wait for it. */
const LONGEST_ONCE_READY_MS = 1_000;
const STABLE_AFTER_MS = 30_000;

/** How a process has run that has ended. */
export interface Run {
  uptimeMs: number;
  wasReady: boolean;
}

/**
 * How long to wait before a process is started again: not at all once it has run for 30 s, else 250 ms, doubled with every
 * further end up to 10 s, or up to 1 s where it had become ready.
 */
export function nextDelayMs(
  previousDelayMs: number | undefined,
  { uptimeMs, wasReady }: Run,
): number {
  if (uptimeMs >= STABLE_AFTER_MS) return 0;
  const longest = wasReady ? LONGEST_ONCE_READY_MS : LONGEST_DELAY_MS;
  return Math.min(Math.max((previousDelayMs ?? 0) * 2, FIRST_DELAY_MS), longest);
}
