import type { AccountBook } from './account-book.js';
import { least, most } from './amount.js';
import { freeIn } from './counter.js';

/** Paid-in money (nano-USD) that nothing holds: granted credit and a credit line are nobody's to take back. */
export function freePaid({ account, total }: AccountBook): bigint {
  const free = (freeIn(total) ?? 0n) - account.creditLine;
  return most(0n, least(free, account.balance));
}
