-- A payment for a plan is its account's: it is in the account's history, and no balance.
ALTER TABLE stripe_payment
  DROP CONSTRAINT stripe_payment_check1,
  DROP CONSTRAINT stripe_payment_unassigned_check;
UPDATE stripe_payment p SET account_id = s.account_id, unassigned = NULL
  FROM subscription s WHERE p.unassigned = 'plan' AND s.subscription_id = p.subscription_id;
UPDATE stripe_payment SET unassigned = 'no_account', subscription_id = NULL WHERE unassigned = 'plan';
ALTER TABLE stripe_payment
  ADD CONSTRAINT stripe_payment_unassigned_check
    CHECK (unassigned IN ('no_account', 'other_customer', 'other_currency')),
  ADD CONSTRAINT stripe_payment_plan_is_of_an_account CHECK (subscription_id IS NULL OR account_id IS NOT NULL);
-- Those that were booked before, with what went back of them.
INSERT INTO payment (idempotency_key, request_hash, account_id, source, amount_nano_usd, answer, payment_intent_id)
  SELECT 'booked_before:' || payment_intent_id, '', account_id, 'plan_payment', cents * 10000000,
         jsonb_build_object('transactionId', ''), payment_intent_id
  FROM (
    SELECT p.*, p.amount_cents
      - coalesce((SELECT sum(amount_cents) FROM stripe_refund r
                  WHERE r.payment_intent_id = p.payment_intent_id AND r.state = 'taken'), 0)
      - coalesce((SELECT sum(amount_cents) FROM refund_request q
                  WHERE q.payment_intent_id = p.payment_intent_id AND q.state = 'asked'), 0)
      - coalesce((SELECT sum(amount_cents) FROM stripe_dispute d
                  WHERE d.payment_intent_id = p.payment_intent_id AND d.state <> 'returned'), 0) AS cents
    FROM stripe_payment p WHERE p.subscription_id IS NOT NULL) booked
  WHERE cents > 0;

-- What is disputed of it freezes the account, as any dispute does, and takes nothing from its balance.
ALTER TABLE ledger_transfer DROP CONSTRAINT ledger_transfer_kind_check;
ALTER TABLE ledger_transfer ADD CONSTRAINT ledger_transfer_kind_check
  CHECK (kind IN ('credit', 'credit_reversal', 'debt', 'debt_repayment', 'charge', 'overrun', 'write_off', 'write_off_reversal',
                  'dispute', 'dispute_debt', 'dispute_won', 'dispute_won_debt', 'dispute_lost',
                  'unassigned', 'unassigned_reversal',
                  'credit_grant', 'granted_charge', 'credit_expiry', 'charge_correction',
                  'plan_payment', 'plan_reversal', 'plan_dispute', 'plan_dispute_won'));
