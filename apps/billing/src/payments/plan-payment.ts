import { loseDispute } from '../accounts/dispute.js';
import type { AccountBook } from '../book/account-book.js';
import { platformLedger, type TransferKind } from '../book/transfer.js';
import { nanoUsdOf } from '../stripe/cents.js';
import type { Move } from './moves.js';

/**
 * Makes a move of a payment for a plan; the id of its transfer. What is paid is revenue and what goes back comes from
 * there: the account's balance stays as it is. A dispute freezes the account until it is decided.
 */
export function bookPlanMove(book: AccountBook, move: Move, newId: () => string): string {
  const { account } = book;
  const { cash, planRevenue } = platformLedger;
  const amount = nanoUsdOf(move.amountCents);
  const post = (kind: TransferKind, debitAccount: bigint, creditAccount: bigint): string => {
    const id = newId();
    book.transfers.push({ id, kind, debitAccount, creditAccount, amount });
    return id;
  };
  switch (move.kind) {
    case 'payment':
    case 'refund_returned':
    case 'lost_dispute_returned':
      return post('plan_payment', cash, planRevenue);
    case 'refund':
      return post('plan_reversal', planRevenue, cash);
    case 'dispute':
      account.disputed += amount;
      return post('plan_dispute', planRevenue, account.disputedLedger);
    case 'dispute_returned':
      account.disputed -= amount;
      return post('plan_dispute_won', account.disputedLedger, planRevenue);
    case 'dispute_lost':
      return loseDispute(book, amount, newId);
  }
}
