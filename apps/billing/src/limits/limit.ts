import type { AccountBook } from '../book/account-book.js';
import { BillingError } from '../book/billing-error.js';
import { setCap, type Counter } from '../book/counter.js';

/** Sets or removes (null) the cap of a running period. Refused below what is used already. */
export function changeLimit(counter: Counter, cap: bigint | null): void {
  if (cap !== null && cap < counter.used) throw belowUse();
  setCap(counter, cap);
}

/** Sets how far the balance of an account on invoice may go below zero. */
export function changeCreditLine(book: AccountBook, creditLine: bigint): void {
  const { account, total } = book;
  if (account.billingMode === 'prepaid' && creditLine > 0n) {
    throw new BillingError(
      'failed_precondition',
      'a prepaid account has no credit line: set its billing mode to invoice',
      'limit_nano_usd',
    );
  }
  // Granted credit does not count: it expires, and would leave the balance below what the line allows.
  if (account.balance + creditLine < 0n) throw belowUse();
  setCap(total, (total.cap ?? 0n) - account.creditLine + creditLine);
  account.creditLine = creditLine;
}

function belowUse(): BillingError {
  return new BillingError(
    'failed_precondition',
    'more than this is used already',
    'limit_nano_usd',
  );
}
