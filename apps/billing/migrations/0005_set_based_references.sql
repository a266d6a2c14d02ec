-- A foreign key looks up every row by itself, four times for each charge: most of what Postgres did for
-- one. The same is checked once for each statement. Ledger accounts and transfers are never removed, and
-- an account cannot be while it has a counter, so what was there when a row came stays there.
ALTER TABLE ledger_transfer DROP CONSTRAINT ledger_transfer_debit_account_fkey;
ALTER TABLE ledger_transfer DROP CONSTRAINT ledger_transfer_credit_account_fkey;
ALTER TABLE charge DROP CONSTRAINT charge_account_id_fkey;
ALTER TABLE charge DROP CONSTRAINT charge_transfer_id_fkey;

CREATE OR REPLACE FUNCTION post_transfers() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  touched int8;
  named int8;
BEGIN
  PERFORM 1 FROM ledger_account
    WHERE id IN (SELECT debit_account FROM posted UNION SELECT credit_account FROM posted)
    ORDER BY id FOR NO KEY UPDATE;
  UPDATE ledger_account a
    SET debits_nano_usd = a.debits_nano_usd + e.debits,
        credits_nano_usd = a.credits_nano_usd + e.credits
    FROM (
      SELECT id, sum(debit)::int8 AS debits, sum(credit)::int8 AS credits
      FROM (
        SELECT debit_account AS id, amount_nano_usd AS debit, 0 AS credit FROM posted
        UNION ALL
        SELECT credit_account, 0, amount_nano_usd FROM posted
      ) entry
      GROUP BY id
    ) e
    WHERE a.id = e.id;
  GET DIAGNOSTICS touched = ROW_COUNT;
  SELECT count(*) INTO named
    FROM (SELECT debit_account FROM posted UNION SELECT credit_account FROM posted) account;
  IF touched <> named THEN
    RAISE EXCEPTION 'a transfer names a ledger account that does not exist' USING ERRCODE = 'foreign_key_violation';
  END IF;
  RETURN NULL;
END $$;

-- Subqueries for each row and no join: a plan must never read all transfers, however many there are.
CREATE FUNCTION refuse_stray_charges() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM (SELECT DISTINCT account_id FROM added) a
             WHERE (SELECT b.id FROM billing_account b WHERE b.id = a.account_id) IS NULL) THEN
    RAISE EXCEPTION 'a charge names an account that does not exist' USING ERRCODE = 'foreign_key_violation';
  END IF;
  IF EXISTS (SELECT 1 FROM added a WHERE a.transfer_id IS NOT NULL
             AND (SELECT t.id FROM ledger_transfer t WHERE t.id = a.transfer_id) IS NULL) THEN
    RAISE EXCEPTION 'a charge names a transfer that does not exist' USING ERRCODE = 'foreign_key_violation';
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER charge_belongs_to_the_books AFTER INSERT ON charge
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION refuse_stray_charges();
