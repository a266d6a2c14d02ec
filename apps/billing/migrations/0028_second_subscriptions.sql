-- Subscriptions that are ended because their account pays another one: what was paid for them goes back.
CREATE TABLE second_subscription (
  subscription_id text PRIMARY KEY,
  -- The reading by which it was one too many; a later one may find that it is the only one.
  reading int8 NOT NULL,
  found_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX stripe_payment_subscription ON stripe_payment (subscription_id) WHERE subscription_id IS NOT NULL;

-- The daily comparison tells of plans that were not what their subscriptions say.
ALTER TABLE reconciliation_difference DROP CONSTRAINT reconciliation_difference_kind_check;
ALTER TABLE reconciliation_difference ADD CONSTRAINT reconciliation_difference_kind_check
  CHECK (kind IN ('not_booked', 'not_at_stripe', 'other_amount', 'not_ours', 'provider_cost', 'other_plan'));
