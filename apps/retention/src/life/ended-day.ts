import { lifeEnd } from '../days/day.js';
import type { Destruction } from '../keyring/keyring.js';
import type { Statement } from '../receipts/receipt.js';

/** How late a day is ended, in milliseconds; never below zero. */
export function latenessMs(day: string, now: Date): number {
  return Math.max(0, now.getTime() - lifeEnd(day).getTime());
}

/** What is certified of a day that has ended. */
export function statementOf(
  day: string,
  keyring: string,
  { at, how, evidence }: Destruction,
  contents: { contents: bigint; sealedBytes: bigint },
): Statement {
  return {
    kind: 'content_day',
    subject: day,
    facts: {
      keyring,
      destroyed_at: at.toISOString(),
      how,
      evidence,
      rows_unreadable: contents.contents.toString(),
      sealed_bytes: contents.sealedBytes.toString(),
      rows: 'out of the table of contents; removed next',
    },
  };
}
