ALTER TABLE notice DROP CONSTRAINT notice_kind_check;
ALTER TABLE notice ADD CONSTRAINT notice_kind_check
  CHECK (kind IN ('payment_received', 'payment_refunded', 'payment_failed', 'dispute_opened', 'dispute_closed', 'balance_low',
    'balance_exhausted', 'limit_reached_80', 'limit_reached_100', 'plan_changed', 'auto_recharge_failed'));
