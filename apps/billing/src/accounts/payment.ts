import type { AccountBook } from '../book/account-book.js';
import { least } from '../book/amount.js';
import { setCap } from '../book/counter.js';
import { freePaid } from '../book/free-paid.js';
import { platformLedger } from '../book/transfer.js';

/** Adds paid-in money (nano-USD): first to what the account owes, then to its balance. */
export function credit(book: AccountBook, amount: bigint, newId: () => string): string {
  const { account, total } = book;
  const repaid = amount < account.receivable ? amount : account.receivable;
  const added = amount - repaid;
  const ids: string[] = [];
  if (repaid > 0n) {
    ids.push(pay(book, 'debt_repayment', account.receivableLedger, repaid, newId()));
    account.receivable -= repaid;
  }
  if (added > 0n) {
    ids.push(pay(book, 'credit', account.customerLedger, added, newId()));
    account.balance += added;
    setCap(total, (total.cap ?? 0n) + added);
  }
  return ids[0] as string;
}

/** Takes paid-in money back. What free balance does not cover is owed from now on, and freezes the account. */
export function reverse(book: AccountBook, amount: bigint, newId: () => string): string {
  const { account, total } = book;
  const taken = least(freePaid(book), amount);
  const owed = amount - taken;
  const ids: string[] = [];
  if (taken > 0n) {
    ids.push(refund(book, 'credit_reversal', account.customerLedger, taken, newId()));
    account.balance -= taken;
    setCap(total, (total.cap ?? 0n) - taken);
  }
  if (owed > 0n) {
    ids.push(refund(book, 'debt', account.receivableLedger, owed, newId()));
    account.receivable += owed;
  }
  return ids[0] as string;
}

function pay(
  book: AccountBook,
  kind: 'credit' | 'debt_repayment',
  creditAccount: bigint,
  amount: bigint,
  id: string,
): string {
  book.transfers.push({ id, kind, debitAccount: platformLedger.cash, creditAccount, amount });
  return id;
}

function refund(
  book: AccountBook,
  kind: 'credit_reversal' | 'debt',
  debitAccount: bigint,
  amount: bigint,
  id: string,
): string {
  book.transfers.push({ id, kind, debitAccount, creditAccount: platformLedger.cash, amount });
  return id;
}
