ALTER TABLE spend_limit DROP CONSTRAINT spend_limit_period_check;
ALTER TABLE spend_limit ADD CONSTRAINT spend_limit_period_check
  CHECK (period IN ('total', 'month', 'week', 'day'));
ALTER TABLE spend_counter DROP CONSTRAINT spend_counter_period_check;
ALTER TABLE spend_counter ADD CONSTRAINT spend_counter_period_check
  CHECK (period IN ('total', 'month', 'week', 'day'));

-- A key's week is the sum of its days, so that what runs is held there too, and a limit set in mid-week knows the week.
INSERT INTO spend_counter (account_id, scope, scope_id, period, period_start, used_nano_usd, held_nano_usd)
SELECT account_id, scope, scope_id, 'week', date_trunc('week', period_start)::date,
       sum(used_nano_usd)::int8, sum(held_nano_usd)::int8
FROM spend_counter WHERE scope = 'key' AND period = 'day'
GROUP BY account_id, scope, scope_id, date_trunc('week', period_start)::date;
