-- What callers write on their requests, by name.
alter table usage_request add column tags jsonb;

-- A set of tags is one more thing to sum by: every sum over the rows stays what it was, whatever it groups by.
alter table usage_hourly add column tags jsonb not null default '{}';
alter table usage_hourly drop constraint usage_hourly_pkey;
alter table usage_hourly add primary key (account_id, hour, user_id, key_id, model, tags);

alter table usage_daily add column tags jsonb not null default '{}';
alter table usage_daily drop constraint usage_daily_pkey;
alter table usage_daily add primary key (account_id, day, user_id, key_id, model, tags);
