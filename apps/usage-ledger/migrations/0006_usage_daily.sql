-- Sums of usage_hourly by UTC day: a chart of a year reads these, a twenty-fourth as many rows.
create table usage_daily (
  account_id uuid not null,
  day timestamptz not null,
  user_id uuid not null,
  key_id uuid not null,
  model text not null,
  requests int8 not null,
  input_tokens int8 not null,
  cache_read_tokens int8 not null,
  cache_write_5m_tokens int8 not null,
  cache_write_1h_tokens int8 not null,
  output_tokens int8 not null,
  reasoning_tokens int8 not null,
  cost_nano_usd int8 not null,
  primary key (account_id, day, user_id, key_id, model)
) with (fillfactor = 70);

insert into usage_daily
select account_id, date_trunc('day', hour, 'UTC'), user_id, key_id, model, sum(requests),
  sum(input_tokens), sum(cache_read_tokens), sum(cache_write_5m_tokens), sum(cache_write_1h_tokens),
  sum(output_tokens), sum(reasoning_tokens), sum(cost_nano_usd)
from usage_hourly group by 1, 2, 3, 4, 5;

create index usage_daily_key on usage_daily (key_id, day);
