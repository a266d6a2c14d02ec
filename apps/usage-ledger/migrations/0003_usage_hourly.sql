-- Sums of usage_request by the hour (UTC) in which requests completed. Kept by the transaction that
-- records them; charts read nothing else. Room in the pages keeps the updates off the indexes.
create table usage_hourly (
  account_id uuid not null,
  hour timestamptz not null,
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
  primary key (account_id, hour, user_id, key_id, model)
) with (fillfactor = 70);
create index usage_hourly_key on usage_hourly (key_id, hour);
