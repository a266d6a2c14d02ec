const hourMs = 3_600_000;

export const exportBounds = {
  /** An archive that is ready is kept so long, or until the content in it ends. */
  keptMs: 7 * 24 * hourMs,
  /** That there was one is known for so long. */
  rememberedMs: 30 * 24 * hourMs,
  tokenMs: 15 * 60_000,
  /** Of one account in 24 hours. */
  perDay: 5,
  dayMs: 24 * hourMs,
  /** Whoever prepares an archive and says nothing for so long is taken for dead. */
  leaseMs: 60_000,
  /** How often whoever prepares one says something, however long a part of it takes. */
  renewMs: 15_000,
  /** The longest that one file may be written. */
  fileMs: 6 * hourMs,
  /** Content that ends so soon is not put into an archive: it would end the archive with it. */
  contentLeadMs: 2 * hourMs,
  /** Takes of one archive before it has failed, and the pause between them. */
  attempts: 5,
  retryMs: 30_000,
  /** Sealed and stored at once. */
  chunkBytes: 1024 * 1024,
  sweepMs: 5_000,
};
