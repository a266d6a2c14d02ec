-- Tax that comes with a payment is no account's and no revenue: it is owed to whoever taxes.
ALTER TABLE ledger_account DROP CONSTRAINT ledger_account_kind_check;
ALTER TABLE ledger_account ADD CONSTRAINT ledger_account_kind_check
  CHECK (kind IN ('cash', 'revenue', 'overrun_loss', 'written_off', 'unreported', 'unassigned', 'promotions', 'plan_revenue',
                  'tax_payable', 'customer', 'receivable', 'disputed', 'granted_credit'));
INSERT INTO ledger_account (id, kind) VALUES (9, 'tax_payable');

ALTER TABLE ledger_transfer DROP CONSTRAINT ledger_transfer_kind_check;
ALTER TABLE ledger_transfer ADD CONSTRAINT ledger_transfer_kind_check
  CHECK (kind IN ('credit', 'credit_reversal', 'debt', 'debt_repayment', 'charge', 'overrun', 'write_off', 'write_off_reversal',
                  'dispute', 'dispute_debt', 'dispute_won', 'dispute_won_debt', 'dispute_lost',
                  'unassigned', 'unassigned_reversal',
                  'credit_grant', 'granted_charge', 'credit_expiry', 'charge_correction',
                  'plan_payment', 'plan_reversal', 'plan_dispute', 'plan_dispute_won',
                  'tax', 'tax_reversal'));

-- Of what was paid and of what goes back, the part that is tax. It never changes.
ALTER TABLE stripe_payment ADD COLUMN tax_cents int8 NOT NULL DEFAULT 0 CHECK (tax_cents BETWEEN 0 AND amount_cents);
ALTER TABLE stripe_refund ADD COLUMN tax_cents int8 NOT NULL DEFAULT 0 CHECK (tax_cents BETWEEN 0 AND amount_cents);
ALTER TABLE stripe_dispute ADD COLUMN tax_cents int8 NOT NULL DEFAULT 0 CHECK (tax_cents BETWEEN 0 AND amount_cents);
ALTER TABLE refund_request ADD COLUMN tax_cents int8 NOT NULL DEFAULT 0 CHECK (tax_cents BETWEEN 0 AND amount_cents);
