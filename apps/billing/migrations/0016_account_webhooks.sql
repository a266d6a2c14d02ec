-- Where an account wants to be told by webhook. No secret is kept: it is derived from the id and the version.
CREATE TABLE account_webhook (
  account_id uuid PRIMARY KEY REFERENCES billing_account,
  id uuid NOT NULL,
  url text NOT NULL CHECK (length(url) BETWEEN 1 AND 2000),
  secret_version int4 NOT NULL DEFAULT 1 CHECK (secret_version > 0),
  -- Until then the secret before this one signs too.
  previous_secret_until timestamptz,
  created_at timestamptz NOT NULL DEFAULT now()
);

-- One message to an account: a notice, or a test. Its id is the message's, the same for each attempt.
CREATE TABLE account_webhook_delivery (
  id uuid PRIMARY KEY,
  account_id uuid NOT NULL REFERENCES billing_account,
  -- Null: a test.
  notice_id uuid REFERENCES notice,
  state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'delivered', 'failed')),
  attempts int4 NOT NULL DEFAULT 0,
  due_at timestamptz NOT NULL DEFAULT now(),
  -- Of the last attempt: the answer's status, or the kind of failure where there was none. Nothing of what was answered.
  last_status int4,
  last_error text,
  last_latency_ms int4,
  created_at timestamptz NOT NULL DEFAULT now(),
  ended_at timestamptz,
  UNIQUE (account_id, notice_id),
  CHECK ((state = 'pending') = (ended_at IS NULL))
);
CREATE INDEX account_webhook_delivery_due ON account_webhook_delivery (due_at) WHERE state = 'pending';
CREATE INDEX account_webhook_delivery_account ON account_webhook_delivery (account_id, created_at DESC, id DESC);
