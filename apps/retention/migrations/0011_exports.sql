-- Archives of what is known of a person: asked for, prepared, ready, gone.
create table export (
  export_id uuid primary key,
  account_id uuid not null,
  user_id uuid not null,
  state text not null default 'queued'
    check (state in ('queued', 'preparing', 'ready', 'failed', 'expired')),
  -- Which take of the work it is: a preparer that was thought dead can do nothing to the next one's.
  attempt int4 not null default 0,
  lease_ends_at timestamptz,
  requested_at timestamptz not null,
  files_done int4 not null default 0,
  files int4 not null default 0,
  size_bytes int8 not null default 0,
  sha256 bytea,
  key_day date,
  expires_at timestamptz,
  check (state <> 'ready' or (sha256 is not null and key_day is not null and expires_at is not null))
);
create index export_account on export (account_id, requested_at desc);
-- One at a time for each account.
create unique index export_being_prepared on export (account_id) where state in ('queued', 'preparing');

-- The archive in sealed pieces: here as in every backup nothing but ciphertext.
create table export_chunk (
  export_id uuid not null references export on delete cascade,
  attempt int4 not null,
  sequence int4 not null,
  sealed bytea not null,
  primary key (export_id, attempt, sequence)
);
alter table export_chunk alter column sealed set storage external;

-- Each opens its archive once.
create table export_token (
  export_id uuid not null references export on delete cascade,
  expires_at timestamptz not null,
  used_at timestamptz,
  primary key (export_id, expires_at)
);
