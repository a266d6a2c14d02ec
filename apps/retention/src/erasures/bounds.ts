const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

export const erasureBounds = {
  codeLifetimeMs: hourMs,
  codeTries: 5,
  /** Codes that are mailed to one person, and within which time. */
  codesADay: 5,
  codesWithinMs: dayMs,
  /** From the confirmation on, as long as it can be cancelled. */
  windowMs: 72 * hourMs,
  /** From the confirmation, or the beginning of one that needs none. */
  deadlineMs: 30 * dayMs,
  /** From then on it is an alert that one is not done. */
  alarmMs: 20 * dayMs,
  sweepEveryMs: 1_000,
  takenMs: 60_000,
  retryMs: 1_000,
  retryMostMs: 300_000,
  atOnce: 8,
  /** Those that were not confirmed, or were cancelled, are gone after that. */
  endedKeptMs: 30 * dayMs,
  pruneEveryMs: hourMs,
  teamsNamed: 5,
};
