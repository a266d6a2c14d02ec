-- What charts tell beside money and tokens: requests that failed (isFailed in src/requests/request-filter.ts), and how many
-- had their first token in which time: one count a bucket, of src/spend/first-tokens.ts; null where none was measured.
alter table usage_hourly add column errors int8 not null default 0, add column first_tokens int4[];
alter table usage_daily add column errors int8 not null default 0, add column first_tokens int4[];

-- Sums by the minute, of the last two days. Tags are left out: nothing asks for them by the minute.
create table usage_minutely (
  account_id uuid not null,
  minute timestamptz not null,
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
  errors int8 not null,
  first_tokens int4[],
  primary key (account_id, minute, user_id, key_id, model)
) with (fillfactor = 70);

do $$
declare
  failed text := $sql$outcome <> 'caller_gone' and (status >= 400 or outcome <> 'completed')$sql$;
  first_tokens text := (
    select format('case when count(ms) > 0 then array[%s]::int4[] end',
      string_agg(format('count(*) filter (where bucket = %s)', n), ', ' order by n))
    from generate_series(0, 27) as n);
  request text := $sql$
    from (select *, time_to_first_token_ms as ms,
        case when time_to_first_token_ms is null then null when time_to_first_token_ms < 16 then 0
          else least(27, floor(2 * log(2, time_to_first_token_ms / 16.0)) + 1) end as bucket
      from usage_request) as r$sql$;
  period text;
begin
  foreach period in array array['hour', 'day'] loop
    execute format($sql$
      update usage_%2$sly as u set errors = s.errors, first_tokens = s.first_tokens
      from (select account_id, date_trunc('%1$s', completed_at, 'UTC') as %1$s, user_id, key_id, model,
          coalesce(tags, '{}') as tags, count(*) filter (where %3$s) as errors, %4$s as first_tokens
        %5$s group by 1, 2, 3, 4, 5, 6) as s
      where (u.account_id, u.%1$s, u.user_id, u.key_id, u.model, u.tags)
        = (s.account_id, s.%1$s, s.user_id, s.key_id, s.model, s.tags)$sql$,
      period, case period when 'day' then 'dai' else period end, failed, first_tokens, request);
  end loop;
  execute format($sql$
    insert into usage_minutely
    select account_id, date_trunc('minute', completed_at, 'UTC'), user_id, key_id, model, count(*), sum(input_tokens),
      sum(cache_read_tokens), sum(cache_write_5m_tokens), sum(cache_write_1h_tokens), sum(output_tokens),
      sum(reasoning_tokens), sum(cost_nano_usd), count(*) filter (where %s), %s
    %s where completed_at >= now() - interval '48 hours' group by 1, 2, 3, 4, 5$sql$,
    failed, first_tokens, request);
end $$;
