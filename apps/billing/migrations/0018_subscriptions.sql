-- What plans cost at Stripe: a price for each version, which never changes as the version does not.
CREATE TABLE plan_price (
  plan text NOT NULL,
  plan_version int4 NOT NULL,
  price_id text NOT NULL UNIQUE,
  PRIMARY KEY (plan, plan_version),
  FOREIGN KEY (plan, plan_version) REFERENCES plan_version
);

-- A subscription as it stood when Stripe was last asked.
CREATE TABLE subscription (
  subscription_id text PRIMARY KEY,
  account_id uuid NOT NULL REFERENCES billing_account,
  item_id text NOT NULL,
  price_id text NOT NULL,
  status text NOT NULL,
  starts_at timestamptz NOT NULL,
  ends_at timestamptz NOT NULL CHECK (ends_at > starts_at),
  cancels_at_end boolean NOT NULL,
  -- A period of it was paid.
  started boolean NOT NULL,
  -- It will never be paid again.
  ended boolean NOT NULL
);
CREATE UNIQUE INDEX subscription_one_of_an_account ON subscription (account_id) WHERE started AND NOT ended;

-- What is paid for a plan is revenue, and nobody's balance: refunds and disputes of it are taken from there.
ALTER TABLE ledger_account DROP CONSTRAINT ledger_account_kind_check;
ALTER TABLE ledger_account ADD CONSTRAINT ledger_account_kind_check
  CHECK (kind IN ('cash', 'revenue', 'overrun_loss', 'written_off', 'unreported', 'unassigned', 'promotions', 'plan_revenue',
                  'customer', 'receivable', 'disputed', 'granted_credit'));
INSERT INTO ledger_account (id, kind) VALUES (8, 'plan_revenue');
ALTER TABLE ledger_transfer DROP CONSTRAINT ledger_transfer_kind_check;
ALTER TABLE ledger_transfer ADD CONSTRAINT ledger_transfer_kind_check
  CHECK (kind IN ('credit', 'credit_reversal', 'debt', 'debt_repayment', 'charge', 'overrun', 'write_off', 'write_off_reversal',
                  'dispute', 'dispute_debt', 'dispute_won', 'dispute_won_debt', 'dispute_lost',
                  'unassigned', 'unassigned_reversal',
                  'credit_grant', 'granted_charge', 'credit_expiry', 'charge_correction',
                  'plan_payment', 'plan_reversal'));
ALTER TABLE stripe_payment DROP CONSTRAINT stripe_payment_unassigned_check;
ALTER TABLE stripe_payment
  ADD CONSTRAINT stripe_payment_unassigned_check
    CHECK (unassigned IN ('no_account', 'other_customer', 'other_currency', 'plan')),
  -- What it pays for, where it pays for a plan.
  ADD COLUMN subscription_id text,
  ADD CHECK ((subscription_id IS NOT NULL) = (unassigned IS NOT DISTINCT FROM 'plan'));
