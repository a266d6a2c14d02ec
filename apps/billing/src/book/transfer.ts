/** Transfers of the double-entry ledger: one amount from one account to another. */

export type TransferKind =
  | 'credit'
  | 'credit_reversal'
  | 'debt'
  | 'debt_repayment'
  | 'charge'
  | 'overrun'
  | 'write_off'
  | 'write_off_reversal'
  | 'dispute'
  | 'dispute_debt'
  | 'dispute_won'
  | 'dispute_won_debt'
  | 'dispute_lost'
  | 'unassigned'
  | 'unassigned_reversal'
  | 'credit_grant'
  | 'granted_charge'
  | 'credit_expiry'
  | 'charge_correction'
  | 'plan_payment'
  | 'plan_reversal'
  | 'plan_dispute'
  | 'plan_dispute_won'
  | 'tax'
  | 'tax_reversal';

export interface Transfer {
  /** UUIDv7. */
  id: string;
  kind: TransferKind;
  debitAccount: bigint;
  creditAccount: bigint;
  /** Nano-USD, greater than 0. */
  amount: bigint;
}

/** The platform's own ledger accounts, opened by the first migration. */
export const platformLedger = {
  cash: 1n,
  revenue: 2n,
  /** Cost that no limit could bear. */
  overrunLoss: 3n,
  /** Money that was set aside and on which nobody reported, against `unreported`. */
  writtenOff: 4n,
  unreported: 5n,
  /** Money that came in and belongs to no account here. */
  unassigned: 6n,
  /** Credit that the platform has granted. */
  promotions: 7n,
  /** What is paid for plans. */
  planRevenue: 8n,
  /** Tax that came with payments. */
  taxPayable: 9n,
} as const;
