-- Accounts whose person or team is gone. Whoever is told first of it need not know the account yet.
CREATE TABLE closed_account (
  account_id uuid PRIMARY KEY,
  closed_at timestamptz NOT NULL DEFAULT now(),
  -- Null: something may still run at Stripe that costs its payer money.
  settled_at timestamptz,
  -- How often it was asked for: whoever ends what runs has ended what was asked for before.
  asked int4 NOT NULL DEFAULT 1,
  due_at timestamptz NOT NULL DEFAULT now(),
  attempts int4 NOT NULL DEFAULT 0
);
CREATE INDEX closed_account_due ON closed_account (due_at) WHERE settled_at IS NULL;

-- What is paid for an account that is closed is nobody's balance.
ALTER TABLE stripe_payment DROP CONSTRAINT stripe_payment_unassigned_check;
ALTER TABLE stripe_payment ADD CONSTRAINT stripe_payment_unassigned_check
  CHECK (unassigned IN ('no_account', 'other_customer', 'other_currency', 'account_closed'));
CREATE INDEX stripe_payment_unassigned ON stripe_payment (paid_at) WHERE account_id IS NULL;
