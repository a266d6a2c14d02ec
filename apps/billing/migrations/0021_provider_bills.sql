-- What providers have billed for each UTC day, as operators imported it. Nothing of it changes: a correction is a new
-- import, and for each provider and day the last one counts.
CREATE TABLE provider_bill_import (
  id uuid PRIMARY KEY,
  imported_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE provider_bill_line (
  import_id uuid NOT NULL REFERENCES provider_bill_import,
  provider text NOT NULL,
  day date NOT NULL,
  model text NOT NULL,
  -- Null where the bill does not tell.
  input_tokens int8 CHECK (input_tokens >= 0),
  cache_read_tokens int8 CHECK (cache_read_tokens >= 0),
  cache_write_5m_tokens int8 CHECK (cache_write_5m_tokens >= 0),
  cache_write_1h_tokens int8 CHECK (cache_write_1h_tokens >= 0),
  output_tokens int8 CHECK (output_tokens >= 0),
  cost_nano_usd int8 NOT NULL CHECK (cost_nano_usd >= 0),
  PRIMARY KEY (import_id, provider, day, model)
);
CREATE TRIGGER provider_bill_line_is_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON provider_bill_line
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- The import that counts.
CREATE TABLE provider_bill_day (
  provider text NOT NULL,
  day date NOT NULL,
  import_id uuid NOT NULL REFERENCES provider_bill_import,
  PRIMARY KEY (day, provider)
);

-- The daily report tells of bills too. Null until they were compared.
ALTER TABLE reconciliation ADD COLUMN provider_cost_differences int8;
ALTER TABLE reconciliation_difference DROP CONSTRAINT reconciliation_difference_kind_check;
ALTER TABLE reconciliation_difference ADD CONSTRAINT reconciliation_difference_kind_check
  CHECK (kind IN ('not_booked', 'not_at_stripe', 'other_amount', 'not_ours', 'provider_cost'));
