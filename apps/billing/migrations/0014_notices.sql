-- What an account is told about its money. Facts are ids and numbers, kept with the account; who is told, and at which
-- address, is asked for when a mail is sent.
CREATE TABLE notice (
  id uuid PRIMARY KEY,
  account_id uuid NOT NULL REFERENCES billing_account,
  kind text NOT NULL CHECK (kind IN ('payment_received', 'payment_refunded', 'payment_failed', 'dispute_opened',
    'dispute_closed', 'balance_low', 'limit_reached_80', 'limit_reached_100', 'plan_changed', 'auto_recharge_failed')),
  -- What it is told of: however often that repeats, it is told once.
  cause text NOT NULL CHECK (length(cause) BETWEEN 1 AND 300),
  facts jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (account_id, kind, cause)
);

CREATE TABLE notice_mail (
  notice_id uuid NOT NULL REFERENCES notice,
  recipient text NOT NULL CHECK (recipient IN ('owner', 'member')),
  -- Whose limit it is; the owner is whoever owns the account when the mail is sent.
  member_user_id uuid,
  -- undeliverable: there is nobody, or no address, to send it to. unwanted: they have unsubscribed, or had it as owner.
  state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'sent', 'undeliverable', 'unwanted')),
  due_at timestamptz NOT NULL DEFAULT now(),
  attempts int4 NOT NULL DEFAULT 0,
  -- The kind of the last failure; never what a server has said, which may quote an address.
  last_error text,
  ended_at timestamptz,
  PRIMARY KEY (notice_id, recipient),
  CHECK ((recipient = 'member') = (member_user_id IS NOT NULL)),
  CHECK ((state = 'pending') = (ended_at IS NULL))
);
CREATE INDEX notice_mail_due ON notice_mail (due_at) WHERE state = 'pending';

-- Below this balance an account is told that it is low; 0: it is not told.
ALTER TABLE billing_account ADD COLUMN balance_low_nano_usd int8 NOT NULL DEFAULT 5000000000
  CHECK (balance_low_nano_usd >= 0);

-- Whom a notice that is not essential no longer reaches by mail.
CREATE TABLE notice_unsubscription (
  account_id uuid NOT NULL REFERENCES billing_account,
  user_id uuid NOT NULL,
  kind text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (account_id, user_id, kind)
);
