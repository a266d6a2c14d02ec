-- Who an account is at Stripe.
CREATE TABLE stripe_customer (
  customer_id text PRIMARY KEY,
  account_id uuid NOT NULL UNIQUE REFERENCES billing_account,
  created_at timestamptz NOT NULL DEFAULT now()
);

-- A Checkout that was opened to pay money in. What is paid is told by its payment intent alone.
CREATE TABLE top_up (
  session_id text PRIMARY KEY,
  account_id uuid NOT NULL REFERENCES billing_account,
  amount_nano_usd int8 NOT NULL CHECK (amount_nano_usd > 0),
  state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'complete', 'expired')),
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL
);
CREATE INDEX top_up_open ON top_up (account_id) WHERE state = 'open';

-- A payment that has succeeded at Stripe, its refunds and disputes, as far as they are in the ledger.
CREATE TABLE stripe_payment (
  payment_intent_id text PRIMARY KEY,
  -- Null: it belongs to no account here, and `unassigned` says why.
  account_id uuid REFERENCES billing_account,
  unassigned text CHECK (unassigned IN ('no_account', 'other_customer', 'other_currency')),
  charge_id text,
  currency text NOT NULL,
  -- The smallest unit of the currency, as Stripe counts.
  amount_cents int8 NOT NULL CHECK (amount_cents > 0),
  card_brand text,
  card_last4 text CHECK (card_last4 ~ '^[0-9]{4}$'),
  paid_at timestamptz NOT NULL,
  booked_at timestamptz NOT NULL DEFAULT now(),
  CHECK ((account_id IS NULL) = (unassigned IS NOT NULL))
);
CREATE INDEX stripe_payment_account ON stripe_payment (account_id, paid_at);

CREATE TABLE stripe_refund (
  refund_id text PRIMARY KEY,
  payment_intent_id text NOT NULL REFERENCES stripe_payment,
  amount_cents int8 NOT NULL CHECK (amount_cents > 0),
  -- returned: the refund failed or was cancelled.
  state text NOT NULL CHECK (state IN ('taken', 'returned')),
  created_at timestamptz NOT NULL
);
CREATE INDEX stripe_refund_payment ON stripe_refund (payment_intent_id);

CREATE TABLE stripe_dispute (
  dispute_id text PRIMARY KEY,
  payment_intent_id text NOT NULL REFERENCES stripe_payment,
  amount_cents int8 NOT NULL CHECK (amount_cents > 0),
  state text NOT NULL CHECK (state IN ('open', 'lost', 'returned')),
  created_at timestamptz NOT NULL
);
CREATE INDEX stripe_dispute_payment ON stripe_dispute (payment_intent_id);

-- A refund that an operator has asked for: its money is taken before Stripe is asked, and comes back where Stripe refuses.
CREATE TABLE refund_request (
  id uuid PRIMARY KEY,
  idempotency_key text NOT NULL UNIQUE CHECK (length(idempotency_key) BETWEEN 1 AND 200),
  payment_intent_id text NOT NULL REFERENCES stripe_payment,
  amount_cents int8 NOT NULL CHECK (amount_cents > 0),
  state text NOT NULL DEFAULT 'asked' CHECK (state IN ('asked', 'accepted', 'refused')),
  refund_id text UNIQUE,
  refusal text,
  due_at timestamptz NOT NULL DEFAULT now(),
  attempts int4 NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX refund_request_due ON refund_request (due_at) WHERE state = 'asked';
CREATE INDEX refund_request_payment ON refund_request (payment_intent_id);

-- What Stripe has told, each event once. A pending one is tried again until it has had its effect.
CREATE TABLE stripe_event (
  event_id text PRIMARY KEY,
  type text NOT NULL,
  object_id text NOT NULL,
  state text NOT NULL CHECK (state IN ('pending', 'applied', 'ignored')),
  created_at timestamptz NOT NULL,
  received_at timestamptz NOT NULL DEFAULT now(),
  due_at timestamptz NOT NULL DEFAULT now(),
  attempts int4 NOT NULL DEFAULT 0,
  last_error text
);
CREATE INDEX stripe_event_due ON stripe_event (due_at) WHERE state = 'pending';
CREATE INDEX stripe_event_created ON stripe_event USING brin (created_at);

-- The history of an account's money: which payment of Stripe's a change belongs to.
ALTER TABLE payment ADD COLUMN payment_intent_id text REFERENCES stripe_payment;
CREATE INDEX payment_account ON payment (account_id, created_at, idempotency_key);
