import { poll } from '@modelbridge/local-stack';
import type { Services } from './stack.js';

const NOTHING_AFTER = 2n ** 53n;

type UsageLedger = Services['usageLedger'];

/** The newest ledger sequence: how many requests the ledger has recorded in all. */
export async function recorded(usageLedger: UsageLedger): Promise<bigint> {
  const { newestLedgerSequence } = await usageLedger.listRecorded({
    afterLedgerSequence: NOTHING_AFTER,
    limit: 1,
  });
  return newestLedgerSequence;
}

/** Waits until the ledger has recorded so many requests in all; false when that takes too long. */
export function recordedAtLeast(
  usageLedger: UsageLedger,
  sequence: bigint,
  timeoutMs: number,
): Promise<boolean> {
  return poll(async () => (await recorded(usageLedger)) >= sequence, timeoutMs, 10);
}

/** Waits until billing has announced the charges of everything that is recorded. */
export function charged(usageLedger: UsageLedger, timeoutMs: number): Promise<boolean> {
  return poll(
    async () => {
      const newest = await recorded(usageLedger);
      const { confirmedLedgerSequence } = await usageLedger.getSettlement({
        afterLedgerSequence: newest,
      });
      return confirmedLedgerSequence >= newest;
    },
    timeoutMs,
    100,
  );
}
