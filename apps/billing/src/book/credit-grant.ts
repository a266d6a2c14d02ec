import type { AccountBook } from './account-book.js';
import { least, most } from './amount.js';
import { freeIn, setCap } from './counter.js';
import { platformLedger, type Transfer } from './transfer.js';

/** Credit that was granted, not paid in, as far as something is left of it. Amounts are nano-USD. */
export interface CreditGrant {
  id: string;
  accountId: string;
  /** Its own account in the ledger. */
  ledger: bigint;
  remaining: bigint;
  expiresAt: Date;
}

/** The order in which grants are spent: what is lost first goes first. */
export function compareExpiry(one: CreditGrant, other: CreditGrant): number {
  const sooner = one.expiresAt.getTime() - other.expiresAt.getTime();
  return sooner === 0 ? (one.id < other.id ? -1 : 1) : sooner;
}

/** Where granted credit comes from, as the ledger has it. */
export type GrantOrigin = Pick<Transfer, 'kind' | 'debitAccount'>;

export const newCredit: GrantOrigin = {
  kind: 'credit_grant',
  debitAccount: platformLedger.promotions,
};

/** Adds granted credit to an account. */
export function addGrant(
  book: AccountBook,
  grant: CreditGrant,
  transferId: string,
  from: GrantOrigin = newCredit,
): void {
  const { total, grants } = book;
  grants.push(grant);
  grants.sort(compareExpiry);
  setCap(total, (total.cap ?? 0n) + grant.remaining);
  book.transfers.push({
    ...from,
    id: transferId,
    creditAccount: grant.ledger,
    amount: grant.remaining,
  });
}

/**
 * Takes a charge out of granted credit as far as it reaches, what expires first at first: the transfers, none of
 * which is empty. What allowances hold may have kept an expired grant; then it pays for them.
 */
export function spendGrants(
  { grants, transfers }: AccountBook,
  charged: bigint,
  newId: () => string,
): { granted: bigint; transferIds: string[] } {
  const transferIds: string[] = [];
  // As for most accounts.
  if (grants.length === 0) return { granted: 0n, transferIds };
  let left = charged;
  for (const grant of grants) {
    const amount = least(grant.remaining, left);
    if (amount === 0n) continue;
    const id = newId();
    transfers.push({
      id,
      kind: 'granted_charge',
      debitAccount: grant.ledger,
      creditAccount: platformLedger.revenue,
      amount,
    });
    transferIds.push(id);
    grant.remaining -= amount;
    left -= amount;
  }
  return { granted: charged - left, transferIds };
}

/**
 * Lets what has expired go, as far as it is free. What allowances hold of it and no other money covers stays until
 * they give it back: a request that was admitted can always be paid. Nothing new is held out of it, because nothing is
 * free while something of it is left.
 */
export function expireDue(book: AccountBook, now: Date, newId: () => string): void {
  const { grants, total, transfers } = book;
  for (const grant of grants) {
    if (grant.expiresAt > now) return;
    const amount = least(grant.remaining, most(0n, freeIn(total) ?? 0n));
    if (amount === 0n) continue;
    transfers.push({
      id: newId(),
      kind: 'credit_expiry',
      debitAccount: grant.ledger,
      creditAccount: platformLedger.promotions,
      amount,
    });
    grant.remaining -= amount;
    setCap(total, (total.cap ?? 0n) - amount);
  }
}
