-- Logs of security-relevant acts: one for each account, by its id, and one of staff.
create table audit_log (
  log text primary key check (log = 'staff' or log like 'acct\_%'),
  entries bigint not null default 0,
  -- Of the newest entry: without it nobody would miss the newest ones.
  hash bytea not null default decode(repeat('00', 32), 'hex') check (octet_length(hash) = 32)
);

create table audit_entry (
  log text not null references audit_log (log),
  sequence bigint not null check (sequence > 0),
  -- Milliseconds: what is hashed can be read back exactly.
  recorded_at timestamptz(3) not null,
  source text not null,
  idempotency_key text,
  actor_kind text not null,
  actor_id text not null,
  act text not null,
  object_ids text[] not null,
  details jsonb not null,
  reason text not null,
  previous_hash bytea not null,
  hash bytea not null,
  primary key (log, sequence)
);
create unique index audit_entry_idempotency on audit_entry (log, source, idempotency_key);

create function refuse_audit_change() returns trigger language plpgsql as $$
begin
  raise exception 'the audit log is append-only' using errcode = 'restrict_violation';
end $$;

create trigger audit_entry_append_only before update or delete on audit_entry
  for each row execute function refuse_audit_change();
create trigger audit_entry_no_truncate before truncate on audit_entry
  execute function refuse_audit_change();
create trigger audit_log_no_delete before delete on audit_log
  for each row execute function refuse_audit_change();
create trigger audit_log_no_truncate before truncate on audit_log
  execute function refuse_audit_change();
create trigger audit_log_only_grows before update on audit_log
  for each row when (new.log <> old.log or new.entries <> old.entries + 1)
  execute function refuse_audit_change();
