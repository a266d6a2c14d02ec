import { requestTimeBounds } from '../requests/id-time.js';

/** Bounds on what may enter the ledger and on the work of one transaction. */
export const recordingBounds = {
  /** Partitions are made ahead of time for this many months. */
  monthsAhead: 2,
  /** Usage may wait so long in a spool. What says that it is older, or from the future, has a wrong clock. */
  monthsBack: 24,
  ...requestTimeBounds,
  /** Ids of these years have a partition a month, those outside one on either side: wrong clocks make no more. */
  idYears: { first: 2020, end: 2100 },
  /** One request can cost a million US dollars; beyond is a fault, and sums stay inside int8. */
  maxCostNanoUsd: 1_000_000_000_000_000n,
  /** Tokens of one class, milliseconds. */
  maxCount: 1_000_000_000,
  /** Records of one transaction. */
  recordsPerTransaction: 4_000,
  /** Records of a person that one transaction erases. */
  recordsErasedAtOnce: 2_000,
  /** Where more accounts of one transaction than this cannot be recorded, the fault is not theirs. */
  mostFailingAccounts: 20,
  /** Records of one usage-ledger.request.recorded event: at its largest well inside a NATS message. */
  recordsPerEvent: 200,
  /** Messages that one fetch takes; each carries up to 500 records. */
  messagesPerBatch: 64,
  /** How long a fetch waits for more messages. A row is to be visible well within 2 s. */
  batchWaitMs: 20,
  messagesInFlight: 512,
} as const;
