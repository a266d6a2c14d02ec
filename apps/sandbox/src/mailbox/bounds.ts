export const mailboxBounds = {
  /** The oldest go first. */
  messages: 1_000,
  messageBytes: 1024 * 1024,
  recipients: 20,
  connections: 50,
  closeMs: 1_000,
};
