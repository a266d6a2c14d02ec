-- What went of retention's own in an erasure that runs, counted in the transactions in which it goes.
create table own_erasure (
  erasure_id uuid primary key,
  counts jsonb not null default '{}'
);
