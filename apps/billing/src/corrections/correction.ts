import { formatUsd } from '@modelbridge/contracts';
import { least } from '../book/amount.js';
import type { AccountBook } from '../book/account-book.js';
import { BillingError } from '../book/billing-error.js';
import { setCap } from '../book/counter.js';
import { platformLedger } from '../book/transfer.js';

/** What of a charge is not corrected yet, by what paid it. Nano-USD. */
export interface Correctable {
  paid: bigint;
  granted: bigint;
}

/** What granted credit had paid is granted anew, and can be spent at least for this long. */
const shortestLifeMs = 30 * 24 * 60 * 60_000;

/** Paid money comes back first. `asked`: undefined for all that is left. */
export function splitCorrection(left: Correctable, asked: bigint | undefined): Correctable {
  const most = left.paid + left.granted;
  if (most === 0n) {
    throw new BillingError(
      'failed_precondition',
      'nothing of this charge is left to correct',
      'request_id',
    );
  }
  const amount = asked ?? most;
  if (amount > most) {
    throw new BillingError(
      'failed_precondition',
      `amount_nano_usd is more than is left of this charge: ${formatUsd(most)} USD`,
      'amount_nano_usd',
    );
  }
  const paid = least(amount, left.paid);
  return { paid, granted: amount - paid };
}

/** The grants that had paid lasted until `lastExpiry`. */
export function expiryOfCorrection(lastExpiry: Date | undefined, now: Date): Date {
  return new Date(Math.max(lastExpiry?.getTime() ?? 0, now.getTime() + shortestLifeMs));
}

/** Gives charged money back, first to what the account owes: the transfers. */
export function giveChargeBack(book: AccountBook, amount: bigint, newId: () => string): string[] {
  const { account, total, transfers } = book;
  const repaid = least(amount, account.receivable);
  const added = amount - repaid;
  const ids: string[] = [];
  const post = (creditAccount: bigint, moved: bigint): void => {
    if (moved === 0n) return;
    const id = newId();
    transfers.push({
      id,
      kind: 'charge_correction',
      debitAccount: platformLedger.revenue,
      creditAccount,
      amount: moved,
    });
    ids.push(id);
  };
  post(account.receivableLedger, repaid);
  post(account.customerLedger, added);
  account.receivable -= repaid;
  account.balance += added;
  setCap(total, (total.cap ?? 0n) + added);
  return ids;
}
