-- Sums of usage_request by UTC day, provider and model, over all accounts: what a provider's bill is held against.
-- The list cost is what the catalog's prices make of the tokens; of it, the overrun was no customer's to pay.
create table usage_provider_daily (
  day timestamptz not null,
  provider text not null,
  model text not null,
  requests int8 not null,
  input_tokens int8 not null,
  cache_read_tokens int8 not null,
  cache_write_5m_tokens int8 not null,
  cache_write_1h_tokens int8 not null,
  output_tokens int8 not null,
  list_cost_nano_usd int8 not null,
  overrun_nano_usd int8 not null,
  primary key (day, provider, model)
) with (fillfactor = 50);

insert into usage_provider_daily
select date_trunc('day', completed_at, 'UTC'), provider, model, count(*),
  sum(input_tokens), sum(cache_read_tokens), sum(cache_write_5m_tokens), sum(cache_write_1h_tokens),
  sum(output_tokens), sum(cost_nano_usd + overrun_nano_usd), sum(overrun_nano_usd)
from usage_request where provider is not null group by 1, 2, 3;
