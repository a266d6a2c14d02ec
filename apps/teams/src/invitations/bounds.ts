export const invitationBounds = {
  /** Of one team, expired ones included. */
  open: 50,
  /** Mails that one team has sent in 24 hours. */
  sentADay: 100,
  /** Times that one invitation is sent. */
  sentEach: 5,
  lifetimeMs: 7 * 24 * 60 * 60_000,
};
