-- Comparisons of what is booked here with how money moved at Stripe.
CREATE TABLE reconciliation (
  id uuid PRIMARY KEY,
  from_at timestamptz NOT NULL,
  until_at timestamptz NOT NULL CHECK (until_at > from_at),
  -- The UTC day of a scheduled one: each day once.
  day date UNIQUE,
  -- Looked at: movements at Stripe, and payments here. Null while it runs.
  checked int8,
  differences int8,
  started_at timestamptz NOT NULL DEFAULT now(),
  ended_at timestamptz
);

CREATE TABLE reconciliation_difference (
  reconciliation_id uuid NOT NULL REFERENCES reconciliation ON DELETE CASCADE,
  object_id text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('not_booked', 'not_at_stripe', 'other_amount', 'not_ours')),
  detail text NOT NULL,
  PRIMARY KEY (reconciliation_id, object_id, kind)
);

-- What a running comparison has seen at Stripe: by charge, refund or dispute, the sum of its movements.
CREATE UNLOGGED TABLE reconciliation_seen (
  reconciliation_id uuid NOT NULL,
  source_id text NOT NULL,
  movement_id text NOT NULL,
  amount_cents int8 NOT NULL,
  PRIMARY KEY (reconciliation_id, source_id)
);
CREATE INDEX stripe_payment_charge ON stripe_payment (charge_id);
CREATE INDEX stripe_payment_paid ON stripe_payment (paid_at);
