-- How models have answered, by the hour and region: of groups of many accounts alone, and nothing of whom. Smaller groups
-- are not kept. An hour is counted once: what arrives later changes nothing.
create table service_hour (
  hour timestamptz not null,
  model text not null,
  region text not null,
  availability_permille int4 not null check (availability_permille between 0 and 1000),
  median_first_token_ms int4,
  p95_first_token_ms int4,
  primary key (hour, model, region)
);

-- The hours that are counted, those without any group that is large enough included.
create table service_hour_counted (
  hour timestamptz primary key
);
