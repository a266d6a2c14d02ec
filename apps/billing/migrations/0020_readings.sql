-- Which reading of Stripe a subscription stands as: one that was begun earlier does not replace it.
CREATE SEQUENCE subscription_reading;
ALTER TABLE subscription ADD COLUMN reading int8 NOT NULL DEFAULT 0;

-- Up to when Stripe's list of events has been read without a gap.
CREATE TABLE stripe_catch_up (
  single boolean PRIMARY KEY DEFAULT true CHECK (single),
  read_until timestamptz NOT NULL
);
