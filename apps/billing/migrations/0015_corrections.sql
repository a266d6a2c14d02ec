-- A correction gives a part or all of a charge back by entries of its own: the charge never changes.
ALTER TABLE ledger_transfer DROP CONSTRAINT ledger_transfer_kind_check;
ALTER TABLE ledger_transfer ADD CONSTRAINT ledger_transfer_kind_check
  CHECK (kind IN ('credit', 'credit_reversal', 'debt', 'debt_repayment', 'charge', 'overrun', 'write_off', 'write_off_reversal',
                  'dispute', 'dispute_debt', 'dispute_won', 'dispute_won_debt', 'dispute_lost',
                  'unassigned', 'unassigned_reversal',
                  'credit_grant', 'granted_charge', 'credit_expiry', 'charge_correction'));

ALTER TABLE credit_grant DROP CONSTRAINT credit_grant_source_check;
ALTER TABLE credit_grant ADD CONSTRAINT credit_grant_source_check
  CHECK (source IN ('plan', 'operator', 'promo_code', 'correction'));

CREATE TABLE charge_correction (
  idempotency_key text PRIMARY KEY CHECK (length(idempotency_key) BETWEEN 1 AND 200),
  request_id uuid NOT NULL REFERENCES charge,
  -- Null: all that was left.
  asked_nano_usd int8 CHECK (asked_nano_usd > 0),
  paid_nano_usd int8 NOT NULL CHECK (paid_nano_usd >= 0),
  granted_nano_usd int8 NOT NULL CHECK (granted_nano_usd >= 0),
  -- What granted credit had paid is granted anew.
  grant_id uuid REFERENCES credit_grant,
  transfer_ids uuid[] NOT NULL,
  corrected_at timestamptz NOT NULL DEFAULT now(),
  CHECK (paid_nano_usd + granted_nano_usd > 0),
  CHECK ((grant_id IS NULL) = (granted_nano_usd = 0))
);
CREATE INDEX charge_correction_request ON charge_correction (request_id);
CREATE INDEX charge_correction_age ON charge_correction USING brin (corrected_at);
CREATE TRIGGER charge_correction_is_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON charge_correction
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Whoever corrects a charge has locked its account, so nobody adds to the sum meanwhile.
CREATE FUNCTION refuse_excess_corrections() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM (SELECT DISTINCT request_id FROM added) a JOIN charge c USING (request_id),
               LATERAL (SELECT sum(paid_nano_usd) AS paid, sum(granted_nano_usd) AS granted
                        FROM charge_correction WHERE request_id = a.request_id) s
             WHERE s.paid > c.charged_nano_usd - c.granted_nano_usd OR s.granted > c.granted_nano_usd) THEN
    RAISE EXCEPTION 'the corrections of a charge are above the charge' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER charge_correction_is_covered AFTER INSERT ON charge_correction
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION refuse_excess_corrections();
