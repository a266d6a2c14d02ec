import { z } from 'zod';

const sequence = z
  .bigint()
  .min(1n)
  .max(2n ** 53n);

/** Longer than anything waits: a clock that runs for years must not break the sum. */
const mostAgeMs = 10n * 366n * 24n * 3_600_000n;

const unsettledEpochSchema = z.object({
  gatewayEpoch: z.uuid('must be a UUID'),
  oldestSequence: sequence,
  lastSequence: sequence,
  oldestAgeMs: z.bigint().transform((age) => (age < mostAgeMs ? age : mostAgeMs)),
});

export const reportSchema = z.object({ epochs: z.array(unsettledEpochSchema).max(1_000) });

/** Closed requests that a gateway holds and the ledger has not settled. */
export type UnsettledEpoch = z.output<typeof unsettledEpochSchema>;

export interface OutstandingEpoch {
  gatewayEpoch: string;
  records: bigint;
  oldestAgeMs: bigint;
  /** Since the last report. */
  silentMs: bigint;
}
