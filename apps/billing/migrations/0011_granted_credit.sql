-- Credit that is granted, not paid in: each grant has a ledger account of its own, so that what is left of it is a
-- balance, and its expiry an entry like any other.
ALTER TABLE ledger_account DROP CONSTRAINT ledger_account_kind_check;
ALTER TABLE ledger_account ADD CONSTRAINT ledger_account_kind_check
  CHECK (kind IN ('cash', 'revenue', 'overrun_loss', 'written_off', 'unreported', 'unassigned', 'promotions',
                  'customer', 'receivable', 'disputed', 'granted_credit'));
ALTER TABLE ledger_account DROP CONSTRAINT ledger_account_has_owner;
ALTER TABLE ledger_account ADD CONSTRAINT ledger_account_has_owner
  CHECK ((account_id IS NOT NULL) = (kind IN ('customer', 'receivable', 'disputed', 'granted_credit')));
ALTER TABLE ledger_account ADD CONSTRAINT ledger_account_grant_is_covered
  CHECK (kind <> 'granted_credit' OR credits_nano_usd >= debits_nano_usd);
ALTER TABLE ledger_account DROP CONSTRAINT ledger_account_kind_account_id_key;
CREATE UNIQUE INDEX ledger_account_one_of_a_kind ON ledger_account (kind, account_id) NULLS NOT DISTINCT
  WHERE kind <> 'granted_credit';

ALTER TABLE ledger_transfer DROP CONSTRAINT ledger_transfer_kind_check;
ALTER TABLE ledger_transfer ADD CONSTRAINT ledger_transfer_kind_check
  CHECK (kind IN ('credit', 'credit_reversal', 'debt', 'debt_repayment', 'charge', 'overrun', 'write_off', 'write_off_reversal',
                  'dispute', 'dispute_debt', 'dispute_won', 'dispute_won_debt', 'dispute_lost',
                  'unassigned', 'unassigned_reversal',
                  'credit_grant', 'granted_charge', 'credit_expiry'));

INSERT INTO ledger_account (id, kind) VALUES (7, 'promotions');

CREATE TABLE credit_grant (
  id uuid PRIMARY KEY,
  account_id uuid NOT NULL REFERENCES billing_account,
  ledger int8 NOT NULL UNIQUE REFERENCES ledger_account,
  source text NOT NULL CHECK (source IN ('plan', 'operator')),
  amount_nano_usd int8 NOT NULL CHECK (amount_nano_usd > 0),
  expires_at timestamptz NOT NULL,
  -- What is granted once has one key, whoever asks for it again.
  idempotency_key text NOT NULL UNIQUE CHECK (length(idempotency_key) BETWEEN 1 AND 200),
  transfer_id uuid NOT NULL REFERENCES ledger_transfer DEFERRABLE INITIALLY DEFERRED,
  granted_at timestamptz NOT NULL DEFAULT now(),
  -- Something is left of it.
  open boolean NOT NULL DEFAULT true
);
CREATE INDEX credit_grant_open_account ON credit_grant (account_id) WHERE open;
CREATE INDEX credit_grant_open_expiry ON credit_grant (expires_at, id) WHERE open;

-- A charge takes granted credit first, by one transfer for each grant; `transfer_id` is that of paid money.
ALTER TABLE charge
  ADD COLUMN granted_nano_usd int8 NOT NULL DEFAULT 0,
  ADD COLUMN granted_transfers uuid[],
  DROP CONSTRAINT charge_check,
  ADD CONSTRAINT charge_has_transfers CHECK (
    granted_nano_usd BETWEEN 0 AND charged_nano_usd
    AND (transfer_id IS NULL) = (charged_nano_usd = granted_nano_usd)
    AND (granted_transfers IS NULL) = (granted_nano_usd = 0));

CREATE OR REPLACE FUNCTION refuse_stray_charges() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM (SELECT DISTINCT account_id FROM added) a
             WHERE (SELECT b.id FROM billing_account b WHERE b.id = a.account_id) IS NULL) THEN
    RAISE EXCEPTION 'a charge names an account that does not exist' USING ERRCODE = 'foreign_key_violation';
  END IF;
  IF EXISTS (SELECT 1 FROM added a WHERE a.transfer_id IS NOT NULL
             AND (SELECT t.id FROM ledger_transfer t WHERE t.id = a.transfer_id) IS NULL)
     OR EXISTS (SELECT 1 FROM added a, unnest(a.granted_transfers) granted
                WHERE (SELECT t.id FROM ledger_transfer t WHERE t.id = granted) IS NULL) THEN
    RAISE EXCEPTION 'a charge names a transfer that does not exist' USING ERRCODE = 'foreign_key_violation';
  END IF;
  RETURN NULL;
END $$;
