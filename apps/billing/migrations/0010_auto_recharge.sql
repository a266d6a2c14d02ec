-- The card that an account's holder let us keep, the last one of them.
CREATE TABLE stripe_card (
  account_id uuid PRIMARY KEY REFERENCES billing_account,
  payment_method_id text NOT NULL,
  brand text NOT NULL,
  last4 text NOT NULL CHECK (last4 ~ '^[0-9]{4}$'),
  saved_at timestamptz NOT NULL
);

CREATE TABLE auto_recharge (
  account_id uuid PRIMARY KEY REFERENCES billing_account,
  enabled boolean NOT NULL,
  below_nano_usd int8 NOT NULL CHECK (below_nano_usd > 0),
  amount_cents int8 NOT NULL CHECK (amount_cents > 0),
  -- Of one UTC day.
  daily_cap_cents int8 NOT NULL CHECK (daily_cap_cents >= amount_cents),
  failures int4 NOT NULL DEFAULT 0,
  not_before timestamptz NOT NULL DEFAULT '-infinity'
);
CREATE INDEX auto_recharge_enabled ON auto_recharge (account_id) WHERE enabled;

CREATE TABLE recharge (
  id uuid PRIMARY KEY,
  account_id uuid NOT NULL REFERENCES billing_account,
  amount_cents int8 NOT NULL CHECK (amount_cents > 0),
  payment_method_id text NOT NULL,
  -- The UTC day whose cap it counts against.
  day date NOT NULL,
  state text NOT NULL DEFAULT 'started' CHECK (state IN ('started', 'paid', 'declined', 'needs_action', 'failed')),
  -- Stripe's code of why it was not paid.
  code text,
  payment_intent_id text,
  started_at timestamptz NOT NULL DEFAULT now(),
  due_at timestamptz NOT NULL,
  attempts int4 NOT NULL DEFAULT 0
);
-- Never two at once, however many gateways run dry.
CREATE UNIQUE INDEX recharge_one_at_once ON recharge (account_id) WHERE state = 'started';
CREATE INDEX recharge_day ON recharge (account_id, day);
CREATE INDEX recharge_due ON recharge (due_at) WHERE state = 'started';
