/** Bounds of the event transport. JetStream carries events; databases and spools are their record. */
export const messagingBounds = {
  streamMaxAgeMs: 7 * 24 * 60 * 60 * 1000,
  /** The oldest messages of a stream go when it grows beyond this. */
  streamMaxBytes: 1024 * 1024 * 1024,
  duplicateWindowMs: 2 * 60 * 1000,
  maxMessageBytes: 512 * 1024,
  publishTimeoutMs: 5_000,
  /** Streams in use are asked for so often, so that one that is gone or cannot be made is told within 10 s. */
  probeEveryMs: 2_000,
  refusal: { lastsAfterMs: 2_000, forgottenAfterMs: 20_000 },
  /** A server that takes the connection and says nothing is given up after this, and tried again. */
  connectTimeoutMs: 2_000,
  /** A server that leaves so many pings unanswered is gone, whatever the socket says: after 3 intervals at most. */
  pingIntervalMs: 750,
  maxPingsOut: 2,
  reconnectWaitMs: 250,
  /** After this a message is offered again whose holder is silent: who works on it renews it, who is dead does not. */
  ackWaitMs: 10_000,
  maxDeliver: 8,
  /** Pauses before a failed message comes again, by delivery; the last one repeats. */
  retryDelaysMs: [200, 1_000, 5_000, 15_000, 30_000, 60_000],
  /** A pull that gets nothing for this long is made again, which also notices a lost consumer. */
  pullExpiryMs: 10_000,
} as const;
