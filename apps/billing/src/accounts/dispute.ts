import type { AccountBook } from '../book/account-book.js';
import { least } from '../book/amount.js';
import { setCap } from '../book/counter.js';
import { freePaid } from '../book/free-paid.js';
import { platformLedger, type TransferKind } from '../book/transfer.js';

/**
 * Sets disputed money (nano-USD) apart: free balance first; what that does not cover is owed from now on. The account
 * is frozen until every dispute is decided and every debt paid.
 */
export function openDispute(book: AccountBook, amount: bigint, newId: () => string): string {
  const { account, total } = book;
  const taken = least(freePaid(book), amount);
  const ids = [
    post(book, 'dispute', account.customerLedger, account.disputedLedger, taken, newId),
    post(
      book,
      'dispute_debt',
      account.receivableLedger,
      account.disputedLedger,
      amount - taken,
      newId,
    ),
  ];
  account.balance -= taken;
  setCap(total, (total.cap ?? 0n) - taken);
  account.receivable += amount - taken;
  account.disputed += amount;
  return firstOf(ids);
}

/** Gives disputed money back: first to what the account owes, then to its balance. */
export function winDispute(book: AccountBook, amount: bigint, newId: () => string): string {
  const { account, total } = book;
  const repaid = amount < account.receivable ? amount : account.receivable;
  const added = amount - repaid;
  const ids = [
    post(book, 'dispute_won_debt', account.disputedLedger, account.receivableLedger, repaid, newId),
    post(book, 'dispute_won', account.disputedLedger, account.customerLedger, added, newId),
  ];
  account.disputed -= amount;
  account.receivable -= repaid;
  account.balance += added;
  setCap(total, (total.cap ?? 0n) + added);
  return firstOf(ids);
}

/** The card holder has it back. What the balance did not cover when it was disputed stays owed. */
export function loseDispute(book: AccountBook, amount: bigint, newId: () => string): string {
  const { account } = book;
  account.disputed -= amount;
  return firstOf([
    post(book, 'dispute_lost', account.disputedLedger, platformLedger.cash, amount, newId),
  ]);
}

function post(
  book: AccountBook,
  kind: TransferKind,
  debitAccount: bigint,
  creditAccount: bigint,
  amount: bigint,
  newId: () => string,
): string | undefined {
  if (amount === 0n) return undefined;
  const id = newId();
  book.transfers.push({ id, kind, debitAccount, creditAccount, amount });
  return id;
}

function firstOf(ids: (string | undefined)[]): string {
  const id = ids.find((one) => one !== undefined);
  if (id === undefined) throw new Error('a dispute of nothing');
  return id;
}
