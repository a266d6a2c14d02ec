export const clerkBounds = {
  /** A key that Clerk has rotated out is refused this much later at the latest. */
  keysFreshMs: 10_000,
  /** A token that names an unknown key has the keys fetched again, at most this often. */
  keysAgainMs: 1_000,
  /** While Clerk does not answer, known keys count for this long. */
  keysUsableMs: 60_000,
  /** Longer than the web app keeps anybody signed in: its sessions outlive their tokens. */
  endedSessionHours: 31 * 24,
  /** How often Clerk is asked whether a session goes on, whose end no webhook may have told. */
  sessionAgainMs: 600_000,
  /** While Clerk does not answer, what it last said of a session counts for this long. */
  sessionUsableMs: 3_600_000,
  /** Sessions of which a process remembers that their start is in the audit log. */
  sessionsRemembered: 10_000,
  /** Sessions of a person that are asked for at once. */
  sessionsPage: 100,
  /** Longer than a webhook is delivered again. */
  deliveryDays: 30,
  /** People who are compared with Clerk at once: as many as one of its lists takes by id. */
  comparePage: 100,
  /** Pages after which a sweep leaves the rest to the next one. */
  comparePages: 50,
  compareSweepMs: 600_000,
  /** Longer than a page takes. */
  compareClaimMs: 600_000,
  /** Where Clerk wants fewer calls and does not say until when. */
  rateLimitedMs: 60_000,
};
