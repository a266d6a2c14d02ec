CREATE TABLE billing_account (
  id uuid PRIMARY KEY,
  owner_user_id uuid NOT NULL,
  plan text NOT NULL,
  frozen boolean NOT NULL DEFAULT false,
  credit_line_nano_usd int8 NOT NULL DEFAULT 0 CHECK (credit_line_nano_usd >= 0),
  customer_ledger int8 NOT NULL REFERENCES ledger_account,
  receivable_ledger int8 NOT NULL REFERENCES ledger_account,
  created_at timestamptz NOT NULL DEFAULT now()
);

-- Money in and out by hand or by Stripe; the hash tells a repetition from another request.
CREATE TABLE payment (
  idempotency_key text PRIMARY KEY CHECK (length(idempotency_key) BETWEEN 1 AND 200),
  request_hash bytea NOT NULL,
  account_id uuid NOT NULL REFERENCES billing_account,
  source text NOT NULL,
  amount_nano_usd int8 NOT NULL CHECK (amount_nano_usd <> 0),
  answer jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE TRIGGER payment_is_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON payment
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- A limit as it was set. Its cap is copied into the counter of every period that begins.
CREATE TABLE spend_limit (
  account_id uuid NOT NULL REFERENCES billing_account,
  scope text NOT NULL CHECK (scope IN ('account', 'member', 'key')),
  scope_id uuid NOT NULL,
  period text NOT NULL CHECK (period IN ('total', 'month', 'day')),
  cap_nano_usd int8 NOT NULL CHECK (cap_nano_usd >= 0),
  PRIMARY KEY (account_id, scope, scope_id, period)
);

-- What a scope has used and holds in one UTC calendar period. Kept without a cap too, so that a
-- limit set in mid-month knows the month. The account's total carries the balance as its cap and is
-- the row that everything about an account locks first.
CREATE TABLE spend_counter (
  account_id uuid NOT NULL REFERENCES billing_account,
  scope text NOT NULL CHECK (scope IN ('account', 'member', 'key')),
  scope_id uuid NOT NULL,
  period text NOT NULL CHECK (period IN ('total', 'month', 'day')),
  period_start date NOT NULL,
  cap_nano_usd int8,
  used_nano_usd int8 NOT NULL DEFAULT 0 CHECK (used_nano_usd >= 0),
  held_nano_usd int8 NOT NULL DEFAULT 0 CHECK (held_nano_usd >= 0),
  -- The cap went below used + held and takes effect as holds return.
  lowered boolean NOT NULL DEFAULT false,
  PRIMARY KEY (account_id, scope, scope_id, period, period_start),
  CONSTRAINT cap_holds CHECK (cap_nano_usd IS NULL OR used_nano_usd + held_nano_usd <= cap_nano_usd OR lowered)
) WITH (fillfactor = 50);

CREATE TABLE allowance (
  id uuid PRIMARY KEY,
  account_id uuid NOT NULL REFERENCES billing_account,
  user_id uuid NOT NULL,
  key_id uuid NOT NULL,
  gateway_epoch uuid NOT NULL,
  -- Day and month of the grant: the charges post there, whenever they come.
  granted_day date NOT NULL,
  state text NOT NULL CHECK (state IN ('open', 'closed', 'ended')),
  amount_nano_usd int8 NOT NULL CHECK (amount_nano_usd >= 0),
  settled_nano_usd int8 NOT NULL CHECK (settled_nano_usd >= 0),
  released_nano_usd int8 NOT NULL CHECK (released_nano_usd >= 0),
  -- The part of released that nobody reported on in time.
  written_off_nano_usd int8 NOT NULL CHECK (written_off_nano_usd BETWEEN 0 AND released_nano_usd),
  -- Cost of its requests above what it held.
  beyond_nano_usd int8 NOT NULL CHECK (beyond_nano_usd >= 0),
  expires_at timestamptz NOT NULL,
  grace_until timestamptz NOT NULL,
  CHECK (settled_nano_usd + released_nano_usd <= amount_nano_usd),
  CHECK (state <> 'ended' OR settled_nano_usd + released_nano_usd = amount_nano_usd)
) WITH (fillfactor = 70);
CREATE INDEX allowance_unended ON allowance (grace_until) WHERE state <> 'ended';
CREATE INDEX allowance_unended_account ON allowance (account_id) WHERE state <> 'ended';

-- The first answer to every step, for as long as a gateway may repeat it.
CREATE TABLE allowance_step (
  allowance_id uuid NOT NULL,
  step int8 NOT NULL,
  request_hash bytea NOT NULL,
  answer text NOT NULL,
  answered_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (allowance_id, step)
);
CREATE INDEX allowance_step_age ON allowance_step USING brin (answered_at);

CREATE TABLE charge (
  request_id uuid PRIMARY KEY,
  body_hash bytea NOT NULL,
  account_id uuid NOT NULL REFERENCES billing_account,
  key_id uuid NOT NULL,
  allowance_id uuid,
  -- Null where nothing was charged.
  transfer_id uuid REFERENCES ledger_transfer,
  charged_nano_usd int8 NOT NULL CHECK (charged_nano_usd >= 0),
  overrun_nano_usd int8 NOT NULL CHECK (overrun_nano_usd >= 0),
  ledger_sequence int8 NOT NULL,
  posted_at timestamptz NOT NULL DEFAULT now(),
  CHECK ((transfer_id IS NULL) = (charged_nano_usd = 0))
);
CREATE INDEX charge_sequence ON charge USING brin (ledger_sequence);
CREATE TRIGGER charge_is_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON charge
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- A request whose charge cannot be posted as it came: same id with another body, or no such account.
CREATE TABLE quarantined_charge (
  request_id uuid NOT NULL,
  body_hash bytea NOT NULL,
  reason text NOT NULL CHECK (reason IN ('other_body', 'unknown_account')),
  record jsonb NOT NULL,
  quarantined_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (request_id, body_hash)
);
CREATE INDEX charge_age ON charge USING brin (posted_at);
