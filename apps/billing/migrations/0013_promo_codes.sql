-- Codes that people redeem for granted credit. In upper case, so that how one is typed does not matter.
CREATE TABLE promo_code (
  code text PRIMARY KEY CHECK (code ~ '^[A-Z0-9][A-Z0-9-]{4,38}[A-Z0-9]$'),
  amount_nano_usd int8 NOT NULL CHECK (amount_nano_usd > 0),
  valid_from timestamptz NOT NULL,
  valid_until timestamptz NOT NULL CHECK (valid_until > valid_from),
  -- How long the credit lasts from its redemption.
  credit_days int4 NOT NULL CHECK (credit_days > 0),
  max_redemptions int4 NOT NULL CHECK (max_redemptions > 0),
  redemptions int4 NOT NULL DEFAULT 0 CHECK (redemptions BETWEEN 0 AND max_redemptions),
  ended_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now()
);

-- Once for each account.
CREATE TABLE promo_redemption (
  code text NOT NULL REFERENCES promo_code,
  account_id uuid NOT NULL REFERENCES billing_account,
  grant_id uuid NOT NULL UNIQUE REFERENCES credit_grant,
  redeemed_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (code, account_id)
);
CREATE TRIGGER promo_redemption_is_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON promo_redemption
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- So that codes cannot be guessed; kept for an hour.
CREATE TABLE promo_attempt (
  account_id uuid NOT NULL REFERENCES billing_account,
  attempted_at timestamptz NOT NULL
);
CREATE INDEX promo_attempt_account ON promo_attempt (account_id, attempted_at);

ALTER TABLE credit_grant DROP CONSTRAINT credit_grant_source_check;
ALTER TABLE credit_grant ADD CONSTRAINT credit_grant_source_check
  CHECK (source IN ('plan', 'operator', 'promo_code'));
