-- People whom this service erases, and has erased: late events are told by the hash of whom they are about.
create table erased_person (
  erasure_id uuid primary key,
  -- SHA-256 of the user id. Nobody is found by it but by who has the id already.
  person_hash bytea not null unique check (octet_length(person_hash) = 32),
  -- Null once the service has erased them.
  user_id uuid,
  account_id uuid,
  -- Who stands in where a team's records need somebody; forgotten some time after, so that nothing leads back.
  pseudonym_user_id uuid,
  pseudonym_key_id uuid,
  -- What went, by kind: counted in the transactions in which it goes.
  counts jsonb not null default '{}',
  heard_at timestamptz not null default now(),
  due_at timestamptz not null default now(),
  attempts int4 not null default 0,
  finished_at timestamptz,
  check ((finished_at is null) = (user_id is not null)),
  check ((user_id is null) = (account_id is null))
);
create index erased_person_due on erased_person (due_at) where finished_at is null;
create index erased_person_pseudonym on erased_person (finished_at) where pseudonym_user_id is not null;
