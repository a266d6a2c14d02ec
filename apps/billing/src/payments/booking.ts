import { openDispute, loseDispute, winDispute } from '../accounts/dispute.js';
import { credit, reverse } from '../accounts/payment.js';
import type { AccountBook } from '../book/account-book.js';
import type { Transfer } from '../book/transfer.js';
import { platformLedger } from '../book/transfer.js';
import { nanoUsdOf } from '../stripe/cents.js';
import type { Move, MoveKind } from './moves.js';

/** What a move does to what the account has paid, as its history tells it. */
const signs: Record<MoveKind, 1n | 0n | -1n> = {
  payment: 1n,
  refund: -1n,
  refund_returned: 1n,
  dispute: -1n,
  dispute_lost: 0n,
  dispute_returned: 1n,
  lost_dispute_returned: 1n,
};

/** Nano-USD that the account has paid by a move: of one that is no plan's, by which its balance less its debt changes. */
export function changeOf({ kind, amountCents }: Move): bigint {
  return signs[kind] * nanoUsdOf(amountCents);
}

/** How the account's history names a move: a plan's begin so, and change no balance. */
export function sourceOf({ kind }: Move, isForPlan: boolean): string {
  return isForPlan ? `plan_${kind}` : kind;
}

/** Makes a move in the books of the account that has paid; the id of its first transfer. */
export function bookMove(book: AccountBook, move: Move, newId: () => string): string {
  const amount = nanoUsdOf(move.amountCents);
  switch (move.kind) {
    case 'payment':
    case 'refund_returned':
    case 'lost_dispute_returned':
      return credit(book, amount, newId);
    case 'refund':
      return reverse(book, amount, newId);
    case 'dispute':
      return openDispute(book, amount, newId);
    case 'dispute_lost':
      return loseDispute(book, amount, newId);
    case 'dispute_returned':
      return winDispute(book, amount, newId);
  }
}

/** The transfer of a move of money that is no account's; none where nothing of it moves. */
export function accountlessTransfer(move: Move, id: string): Transfer | undefined {
  const { cash, unassigned } = platformLedger;
  const amount = changeOf(move);
  if (amount === 0n) return undefined;
  return amount > 0n
    ? { id, kind: 'unassigned', debitAccount: cash, creditAccount: unassigned, amount }
    : {
        id,
        kind: 'unassigned_reversal',
        debitAccount: unassigned,
        creditAccount: cash,
        amount: -amount,
      };
}
