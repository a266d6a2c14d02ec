-- A plan is a row for each of its versions, which never changes: an account keeps the version that it has until it
-- changes plans. A new version, or a new plan, is a migration.
CREATE TABLE plan_version (
  name text NOT NULL CHECK (name ~ '^[a-z]{1,30}$'),
  version int4 NOT NULL CHECK (version > 0),
  effective_from timestamptz NOT NULL,
  -- Null: by agreement.
  monthly_price_cents int4 CHECK (monthly_price_cents >= 0),
  included_credit_nano_usd int8 NOT NULL CHECK (included_credit_nano_usd >= 0),
  -- Of each key; 0: no limit.
  requests_per_minute int8 NOT NULL CHECK (requests_per_minute >= 0),
  tokens_per_minute int8 NOT NULL CHECK (tokens_per_minute >= 0),
  concurrent_requests int4 NOT NULL CHECK (concurrent_requests >= 0),
  -- Null: any number.
  max_team_members int4 CHECK (max_team_members > 0),
  PRIMARY KEY (name, version)
);
CREATE TRIGGER plan_version_is_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON plan_version
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

INSERT INTO plan_version (name, version, effective_from, monthly_price_cents, included_credit_nano_usd,
  requests_per_minute, tokens_per_minute, concurrent_requests, max_team_members) VALUES
  ('free', 1, '2026-01-01Z', 0, 0, 60, 500000, 10, 5),
  ('pro', 1, '2026-01-01Z', 2000, 20000000000, 600, 5000000, 100, 10),
  ('team', 1, '2026-01-01Z', 10000, 100000000000, 3000, 25000000, 500, 100),
  ('enterprise', 1, '2026-01-01Z', NULL, 0, 6000, 50000000, 1000, NULL);

ALTER TABLE billing_account
  ADD COLUMN plan_version int4,
  ADD COLUMN billing_mode text NOT NULL DEFAULT 'prepaid' CHECK (billing_mode IN ('prepaid', 'invoice'));
UPDATE billing_account SET
  plan = CASE plan WHEN 'starter' THEN 'pro' WHEN 'scale' THEN 'enterprise' ELSE plan END,
  plan_version = CASE WHEN plan <> '' THEN 1 END,
  billing_mode = CASE WHEN credit_line_nano_usd > 0 THEN 'invoice' ELSE 'prepaid' END;
ALTER TABLE billing_account
  ADD CONSTRAINT plan_has_version CHECK ((plan = '') = (plan_version IS NULL)),
  ADD CONSTRAINT prepaid_has_no_credit_line CHECK (billing_mode = 'invoice' OR credit_line_nano_usd = 0),
  -- Where the version is null, nothing is looked up.
  ADD FOREIGN KEY (plan, plan_version) REFERENCES plan_version;

-- The month that an account's paid plan is in. A smaller plan begins when it ends.
CREATE TABLE plan_period (
  account_id uuid PRIMARY KEY REFERENCES billing_account,
  starts_at timestamptz NOT NULL,
  ends_at timestamptz NOT NULL CHECK (ends_at > starts_at),
  next_plan text,
  next_plan_version int4,
  FOREIGN KEY (next_plan, next_plan_version) REFERENCES plan_version MATCH FULL
);
CREATE INDEX plan_period_end ON plan_period (ends_at, account_id);
INSERT INTO plan_period (account_id, starts_at, ends_at)
  SELECT id, date_trunc('month', now(), 'UTC'), date_trunc('month', now(), 'UTC') + interval '1 month'
  FROM billing_account WHERE plan IN ('pro', 'enterprise');
