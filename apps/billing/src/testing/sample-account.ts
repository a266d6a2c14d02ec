import type { Account } from '../book/account-book.js';

/** An account without money or a plan, of which a test names only what matters. */
export function sampleAccount(values: Partial<Account> = {}): Account {
  return {
    id: 'account',
    ownerUserId: 'user-0',
    plan: undefined,
    billingMode: 'prepaid',
    frozenByOperator: false,
    creditLine: 0n,
    customerLedger: 100n,
    receivableLedger: 101n,
    disputedLedger: 102n,
    balance: 0n,
    receivable: 0n,
    disputed: 0n,
    balanceLow: 0n,
    createdAt: new Date(0),
    ...values,
  };
}
