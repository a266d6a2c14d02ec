-- What an account was charged in a UTC month, by member and model: kept with the charges, in their transaction. The
-- second half says how much of it is on invoices: the rest came late and goes on the next one.
CREATE TABLE monthly_usage (
  account_id uuid NOT NULL REFERENCES billing_account,
  month date NOT NULL CHECK (month = date_trunc('month', month)),
  user_id uuid NOT NULL,
  -- Empty: what was charged before this was kept.
  model text NOT NULL,
  requests int8 NOT NULL,
  input_tokens int8 NOT NULL,
  output_tokens int8 NOT NULL,
  charged_nano_usd int8 NOT NULL CHECK (charged_nano_usd >= 0),
  granted_nano_usd int8 NOT NULL CHECK (granted_nano_usd BETWEEN 0 AND charged_nano_usd),
  invoiced_requests int8 NOT NULL DEFAULT 0,
  invoiced_input_tokens int8 NOT NULL DEFAULT 0,
  invoiced_output_tokens int8 NOT NULL DEFAULT 0,
  invoiced_charged_nano_usd int8 NOT NULL DEFAULT 0,
  invoiced_granted_nano_usd int8 NOT NULL DEFAULT 0,
  PRIMARY KEY (account_id, month, user_id, model)
) WITH (fillfactor = 50);
CREATE INDEX monthly_usage_open ON monthly_usage (month, account_id) WHERE requests <> invoiced_requests;

INSERT INTO monthly_usage (account_id, month, user_id, model, requests, input_tokens, output_tokens, charged_nano_usd,
  granted_nano_usd)
SELECT c.account_id, c.period_start, a.owner_user_id, '', 1, 0, 0, c.used_nano_usd, 0
FROM spend_counter c JOIN billing_account a ON a.id = c.account_id
WHERE c.scope = 'account' AND c.period = 'month' AND c.used_nano_usd > 0;

CREATE SEQUENCE invoice_number;

-- An invoice never changes but for how it stands at Stripe.
CREATE TABLE invoice (
  id uuid PRIMARY KEY,
  number text NOT NULL UNIQUE,
  account_id uuid NOT NULL REFERENCES billing_account,
  month date NOT NULL,
  charged_nano_usd int8 NOT NULL,
  granted_nano_usd int8 NOT NULL,
  -- What the account owed for all of its charges up to the month's end, beyond earlier invoices.
  owed_nano_usd int8 NOT NULL CHECK (owed_nano_usd >= 0),
  -- Of it, what Stripe is to collect: whole cents, rounded down. The rest stays in the balance, and so in the next one.
  due_cents int8 NOT NULL CHECK (due_cents BETWEEN 0 AND owed_nano_usd / 10000000),
  issued_at timestamptz NOT NULL DEFAULT now(),
  state text NOT NULL CHECK (state IN ('settled', 'unsent', 'open', 'paid')),
  stripe_invoice_id text UNIQUE,
  hosted_url text,
  due_at timestamptz NOT NULL DEFAULT now(),
  attempts int4 NOT NULL DEFAULT 0,
  UNIQUE (account_id, month),
  CHECK ((state = 'settled') = (due_cents = 0))
);
CREATE INDEX invoice_unsent ON invoice (due_at) WHERE state = 'unsent';

CREATE TABLE invoice_line (
  invoice_id uuid NOT NULL REFERENCES invoice,
  month date NOT NULL,
  user_id uuid NOT NULL,
  model text NOT NULL,
  requests int8 NOT NULL,
  input_tokens int8 NOT NULL,
  output_tokens int8 NOT NULL,
  charged_nano_usd int8 NOT NULL,
  granted_nano_usd int8 NOT NULL,
  PRIMARY KEY (invoice_id, month, user_id, model)
);
CREATE TRIGGER invoice_line_is_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON invoice_line
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
