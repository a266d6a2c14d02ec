/** Bounds of the spool. A request is refused (503) before the upstream is called when they are met. */
export const spoolBounds = {
  /** One preallocated file. */
  segmentBytes: 16 * 1024 * 1024,
  /** Where the disk has no room for more, they are smaller: a gateway can start, and send what others left. */
  leastSegmentBytes: 256 * 1024,
  /** All segments of one epoch together. */
  maxBytes: 1024 * 1024 * 1024,
  leastMaxBytes: 1024 * 1024,
  /** Of the disk: below the first a person is told, below the second the gateway is not ready. */
  roomLowBytes: 256 * 1024 * 1024,
  roomLeastBytes: 1024 * 1024,
  /** A small spool has smaller segments, so that it is freed piece by piece. */
  leastSegments: 4,
  /** Kept free for each open request: carrying it to a new segment, a progress, its close. */
  reservedBytesPerOpenRequest: 6 * 1024,
  /** Requests and allowances that are written in one turn of the event loop where all of them must be. */
  entriesPerTurn: 100,
  /** At most one progress a request in this time, after the first. */
  progressIntervalMs: 1000,
  /** Records in one published batch. */
  publishRecords: 200,
  publishBytes: 512 * 1024,
  /** How long records gather for a batch, unless it is full before. */
  gatherMs: 25,
  /** Closed records kept in memory for their first publication; older ones are read back from disk. */
  windowRecords: 5000,
  /** What is not settled this long after it was sent is sent again; the time doubles while nothing moves. */
  resendAfterMs: { first: 5000, most: 60_000 },
  /** No request is taken while usage waits longer: less than the grace after which billing may give it up. */
  unsettledMaxAgeMs: 10 * 60_000,
  publishTimeoutMs: 5000,
  publishRetryMs: { first: 100, most: 5000 },
  /** How often directories that nobody holds are looked for. */
  adoptEveryMs: 2000,
} as const;
