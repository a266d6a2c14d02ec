ALTER TABLE quarantined_charge DROP CONSTRAINT quarantined_charge_reason_check;
ALTER TABLE quarantined_charge ADD CONSTRAINT quarantined_charge_reason_check
  CHECK (reason IN ('other_body', 'unknown_account', 'negative_cost'));
