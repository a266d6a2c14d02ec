-- Most charges name no transfer of granted credit: they are not unnested to find that out.
CREATE OR REPLACE FUNCTION refuse_stray_charges() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM (SELECT DISTINCT account_id FROM added) a
             WHERE (SELECT b.id FROM billing_account b WHERE b.id = a.account_id) IS NULL) THEN
    RAISE EXCEPTION 'a charge names an account that does not exist' USING ERRCODE = 'foreign_key_violation';
  END IF;
  IF EXISTS (SELECT 1 FROM added a WHERE a.transfer_id IS NOT NULL
             AND (SELECT t.id FROM ledger_transfer t WHERE t.id = a.transfer_id) IS NULL)
     OR EXISTS (SELECT 1 FROM (SELECT unnest(granted_transfers) AS id FROM added WHERE granted_transfers IS NOT NULL) a
                WHERE (SELECT t.id FROM ledger_transfer t WHERE t.id = a.id) IS NULL) THEN
    RAISE EXCEPTION 'a charge names a transfer that does not exist' USING ERRCODE = 'foreign_key_violation';
  END IF;
  RETURN NULL;
END $$;
