const minute = 60_000;

/** Bounds of the WebSocket transport. Sizes in bytes, times in milliseconds. */
export const socketBounds = {
  /** Open connections of one key. */
  perKey: 64,
  /** As at OpenAI: how long a connection lives, the lanes that it may name, the turns that run on it at once. */
  lifetimeMs: 60 * minute,
  lanes: 32,
  runningTurns: 16,
  /** Turns that wait for their lane. */
  waitingTurns: 16,
  maxLaneName: 256,
  /** A connection without a turn for so long is closed. */
  idleMs: 15 * minute,
  /** Below the minute after which load balancers drop a silent connection. */
  pingMs: 25_000,
  /** What a caller that does not read may leave in memory before its reply waits. */
  backlogBytes: 256 * 1024,
  /** Of one response with all that led to it, for the turn that continues it. */
  rememberedBytes: 8 * 1024 * 1024,
  /** Of all connections together; the oldest are forgotten first. */
  rememberedInAllBytes: 256 * 1024 * 1024,
} as const;
