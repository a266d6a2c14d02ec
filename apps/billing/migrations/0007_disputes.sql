-- What card holders dispute is set apart until it is decided, and freezes the account meanwhile. Money that came in
-- and belongs to no account here waits in `unassigned`.
ALTER TABLE ledger_account DROP CONSTRAINT ledger_account_kind_check;
ALTER TABLE ledger_account ADD CONSTRAINT ledger_account_kind_check
  CHECK (kind IN ('cash', 'revenue', 'overrun_loss', 'written_off', 'unreported', 'unassigned', 'customer', 'receivable', 'disputed'));
ALTER TABLE ledger_account DROP CONSTRAINT ledger_account_check;
ALTER TABLE ledger_account ADD CONSTRAINT ledger_account_has_owner
  CHECK ((account_id IS NOT NULL) = (kind IN ('customer', 'receivable', 'disputed')));
ALTER TABLE ledger_account ADD CONSTRAINT ledger_account_dispute_is_covered
  CHECK (kind <> 'disputed' OR credits_nano_usd >= debits_nano_usd);

ALTER TABLE ledger_transfer DROP CONSTRAINT ledger_transfer_kind_check;
ALTER TABLE ledger_transfer ADD CONSTRAINT ledger_transfer_kind_check
  CHECK (kind IN ('credit', 'credit_reversal', 'debt', 'debt_repayment', 'charge', 'overrun', 'write_off', 'write_off_reversal',
                  'dispute', 'dispute_debt', 'dispute_won', 'dispute_won_debt', 'dispute_lost',
                  'unassigned', 'unassigned_reversal'));

INSERT INTO ledger_account (id, kind) VALUES (6, 'unassigned');

ALTER TABLE billing_account ADD COLUMN disputed_ledger int8 REFERENCES ledger_account;
WITH opened AS (
  INSERT INTO ledger_account (kind, account_id) SELECT 'disputed', id FROM billing_account RETURNING id, account_id
)
UPDATE billing_account a SET disputed_ledger = opened.id FROM opened WHERE opened.account_id = a.id;
ALTER TABLE billing_account ALTER COLUMN disputed_ledger SET NOT NULL;

-- Debts and disputes freeze an account by their ledger balances; only an operator's word needs a column.
ALTER TABLE billing_account RENAME COLUMN frozen TO frozen_by_operator;
UPDATE billing_account SET frozen_by_operator = false;
