-- Receipts of what was destroyed, each with the hash of the one before: only added to.
create table receipt (
  sequence bigint primary key check (sequence > 0),
  kind text not null,
  subject text not null,
  issued_at timestamptz not null,
  facts jsonb not null,
  previous_hash bytea not null check (octet_length(previous_hash) = 32),
  hash bytea not null check (octet_length(hash) = 32),
  signing_key text not null,
  signature bytea not null check (octet_length(signature) = 64),
  unique (kind, subject)
);

create function receipt_stays() returns trigger language plpgsql as $$
begin
  raise exception 'receipts are only added to';
end
$$;

create trigger receipt_stays before update or delete on receipt
  for each row execute function receipt_stays();
