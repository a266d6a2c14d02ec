-- Erasures of people and their accounts. Once one is done nothing here says whose it was but a hash, by which nobody is
-- found who is not known already.
create table erasure (
  id uuid primary key,
  -- SHA-256 of the user id.
  person_hash bytea not null check (octet_length(person_hash) = 32),
  user_id uuid,
  account_id uuid,
  cause text not null check (cause in ('person', 'clerk', 'staff')),
  state text not null
    check (state in ('requested', 'confirmed', 'cancelled', 'erasing', 'releasing', 'done')),
  -- Where the mails go, and the name of the person; until it is done.
  email text,
  -- Of the mail that asks to confirm it; until it is confirmed or over.
  code text,
  code_expires_at timestamptz,
  code_tries int4 not null default 0,
  -- auth holds the account for it.
  is_held boolean not null default false,
  -- retention's own part.
  own_counts jsonb,
  pseudonym_user_id uuid,
  pseudonym_key_id uuid,
  requested_at timestamptz not null,
  confirmed_at timestamptz,
  executes_at timestamptz,
  -- When it could no longer be cancelled.
  began_at timestamptz,
  done_at timestamptz,
  -- What went and what stays, as it was signed.
  receipt text,
  due_at timestamptz not null,
  attempts int4 not null default 0,
  check ((state = 'done') = (done_at is not null)),
  check ((state = 'done') = (user_id is null)),
  check (state <> 'done' or (account_id is null and email is null and code is null
    and pseudonym_user_id is null and pseudonym_key_id is null))
);
-- One at a time.
create unique index erasure_open on erasure (user_id)
  where state in ('requested', 'confirmed', 'erasing', 'releasing');
create index erasure_person on erasure (person_hash, id desc);
create index erasure_due on erasure (due_at) where state <> 'done';

-- What the other services have answered.
create table erasure_part (
  erasure_id uuid not null references erasure,
  part text not null,
  counts jsonb not null,
  completed_at timestamptz not null,
  primary key (erasure_id, part)
);

-- Mails that are under way: a row with its address goes when the mail server has the mail, or will not take it.
create table erasure_mail (
  id uuid primary key,
  erasure_id uuid not null references erasure,
  kind text not null check (kind in ('code', 'confirmed', 'done')),
  address text not null,
  -- Of the mail that asks to confirm it.
  code text,
  created_at timestamptz not null default now(),
  due_at timestamptz not null default now(),
  attempts int4 not null default 0
);
create index erasure_mail_due on erasure_mail (due_at);
