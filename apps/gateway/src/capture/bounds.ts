/** Bounds of what is kept of requests on its way to retention. Sizes in bytes, times in milliseconds. */
export const captureBounds = {
  /** Request and reply of one content together; of a larger one nothing is kept. */
  maxContentBytes: 8 * 1024 * 1024,
  /** All that waits to be sealed or stored, and the replies that are still coming. One key has a third at most. */
  maxBytes: 192 * 1024 * 1024,
  /** What a reply takes of that at first; then as much again each time. */
  firstReplyBytes: 4 * 1024,
  /** A larger content is compressed beside the event loop. */
  maxInPlaceBytes: 256 * 1024,
  /** What has ended is sealed together with what ends in this time. */
  sealAfterMs: 20,
  /** Sealing takes no more of one turn of the event loop. */
  turnMs: 2,
  /** While requests wait for the event loop nothing is sealed; it is looked for so often whether they still do. */
  busyRetryMs: 20,

  /** A batch leaves when it has so much, or after so long. */
  batchContents: 250,
  batchBytes: 1024 * 1024,
  batchAfterMs: 200,
  storeTimeoutMs: 10_000,
  /** A batch that retention did not take is sent again after each of these, then dropped. */
  retryAfterMs: [1_000, 5_000],

  /** Keys of authors and days that are known. */
  maxSealingKeys: 20_000,
  keyTimeoutMs: 3_000,
  /** After a key could not be had, contents that need it are dropped for so long. */
  keyRetryAfterMs: 1_000,
  maxKeyLookups: 100,
  /** How often keys that are over are looked for. */
  wipeEveryMs: 1_000,
  /** How long the last contents have on shutdown. */
  closeOnShutdownMs: 1_000,
} as const;
