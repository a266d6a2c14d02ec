-- One row for every finished request, for ever. The table is partitioned by month through the request
-- id itself (a UUIDv7 starts with its time in milliseconds), so that the primary key can be the id
-- alone: Postgres wants the partition key in every unique constraint.
--
-- There is no DEFAULT partition: rows in it would have to be scanned under a lock whenever a month is
-- attached, and it would hide ids with an impossible time. Months are attached before they are needed.
create table usage_request (
  request_id uuid not null primary key,
  ledger_sequence int8 not null,
  gateway_epoch uuid not null,
  sequence int8 not null,
  body_hash bytea not null,
  allowance_id uuid,
  started_at timestamptz not null,
  completed_at timestamptz not null,
  account_id uuid not null,
  user_id uuid not null,
  team_id uuid,
  key_id uuid not null,
  key_hash bytea not null,
  model text not null,
  provider text,
  region text,
  api text not null,
  status int2 not null,
  outcome text not null,
  finish_reason text,
  error_class text,
  streamed bool not null,
  estimated bool not null,
  input_tokens int8 not null,
  cache_read_tokens int8 not null,
  cache_write_5m_tokens int8 not null,
  cache_write_1h_tokens int8 not null,
  output_tokens int8 not null,
  reasoning_tokens int8 not null,
  cost_nano_usd int8 not null check (cost_nano_usd >= 0),
  price_version text not null,
  time_to_first_token_ms int8
) partition by range (request_id);

-- Keyset pages of a key's and an account's requests, newest first.
create index usage_request_key on usage_request (key_id, request_id desc);
create index usage_request_account on usage_request (account_id, request_id desc);
-- Catching up by ledger sequence.
create index usage_request_ledger_sequence on usage_request (ledger_sequence);
-- Proves that no sequence is missing under an epoch's watermark.
create index usage_request_epoch on usage_request (gateway_epoch, sequence);

-- The newest ledger sequence. Every recording transaction locks this row until it commits, so
-- sequences become visible in their own order and without gaps: a reader that has seen n can never
-- miss a smaller one that commits later.
create table ledger_head (
  singleton bool primary key default true check (singleton),
  ledger_sequence int8 not null
);
insert into ledger_head (ledger_sequence) values (0);

-- Records that may not enter the ledger: another body under an id that is taken, or values out of
-- bounds. They count as settled, so that a gateway can forget them; people decide what becomes of them.
-- json, not jsonb: it keeps the record as it came, also text that jsonb cannot hold.
create table quarantined_record (
  request_id uuid not null,
  body_hash bytea not null,
  gateway_epoch uuid not null,
  sequence int8 not null,
  reason text not null,
  record json not null,
  arrived_at timestamptz not null default now(),
  primary key (request_id, body_hash)
);
create index quarantined_record_epoch on quarantined_record (gateway_epoch, sequence);
