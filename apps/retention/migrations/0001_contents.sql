-- Names of keys that were ever made. A destroyed name is never made again.
create table keyring_key (
  name text primary key,
  state text not null check (state in ('live', 'destroying', 'destroyed')),
  created_at timestamptz not null default now(),
  destroyed_at timestamptz,
  how text,
  evidence text,
  check ((state = 'destroyed') = (destroyed_at is not null and how is not null and evidence is not null))
);

-- UTC days that have, or had, content. Counts are those of the partition, so that nobody has to count it.
create table content_day (
  day date primary key,
  state text not null default 'open' check (state in ('open', 'ending', 'ended')),
  contents bigint not null default 0 check (contents >= 0),
  sealed_bytes bigint not null default 0 check (sealed_bytes >= 0),
  raw_bytes bigint not null default 0 check (raw_bytes >= 0),
  ended_at timestamptz
);

create table content (
  day date not null,
  request_id uuid not null,
  account_id uuid not null,
  user_id uuid not null,
  stored_at timestamptz not null default now(),
  raw_bytes bigint not null,
  sealed bytea not null,
  primary key (day, request_id)
) partition by list (day);

-- What is sealed does not get smaller: compressing it would be work for nothing.
alter table content alter column sealed set storage external;

create index content_by_author on content (user_id, request_id);

-- What an author has deleted stays away, whoever sends it again.
create table content_deletion (
  user_id uuid not null,
  first_request_id uuid not null,
  last_request_id uuid not null,
  deleted_at timestamptz not null default now(),
  primary key (user_id, first_request_id, last_request_id)
);
