-- The first write of the management API under each Idempotency-Key of a key, for 24 hours. The primary key is what
-- makes it the first.
create table management_write (
  key_id uuid not null references api_key (id),
  idempotency_key_hash bytea not null check (octet_length(idempotency_key_hash) = 32),
  request_hmac bytea not null check (octet_length(request_hmac) = 32),
  -- What the write makes has the id that holds this UUID, however often it is tried.
  write_id uuid not null unique,
  -- Who ends the write names it: a try that was overtaken ends nothing.
  attempt int4 not null default 1 check (attempt > 0),
  request_id uuid not null,
  -- From then on a repetition may try again what has no answer yet.
  taken_until timestamptz not null,
  -- JSON as it was sent, without secrets; null until the write is known to be done.
  answer text,
  claimed_at timestamptz not null default now(),
  primary key (key_id, idempotency_key_hash)
);
-- Sweeping out what is older than 24 hours.
create index management_write_claimed_at on management_write (claimed_at);

-- The rotation that made the secret: asked for twice, it is one.
alter table api_key add rotation_id uuid;
