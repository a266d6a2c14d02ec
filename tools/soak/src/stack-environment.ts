/** What makes a system small enough for its bounds to be met within minutes. */
export const stackEnvironment: Record<string, string> = {
  // The least that a gateway takes: what some hundred requests need while the ledger is away.
  SPOOL_MAX_BYTES: String(1024 * 1024),
};
