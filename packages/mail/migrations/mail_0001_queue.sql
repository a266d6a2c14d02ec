-- Mails of this service: what each is about, and how it stands. No address and nothing of what a mail says.
create table mail (
  id uuid primary key,
  kind text not null,
  -- What it tells of: however often that repeats, it is told once.
  cause text not null check (length(cause) between 1 and 300),
  facts jsonb not null,
  -- undeliverable: there is nobody, or no address, to send it to. unwanted: whoever it is for needs it no more.
  state text not null default 'pending' check (state in ('pending', 'sent', 'undeliverable', 'unwanted')),
  created_at timestamptz not null default now(),
  due_at timestamptz not null default now(),
  attempts int4 not null default 0,
  -- The kind of the last failure; never what a server has said, which may quote an address.
  last_error text,
  ended_at timestamptz,
  constraint mail_once unique (kind, cause),
  check ((state = 'pending') = (ended_at is null))
);
create index mail_due on mail (due_at) where state = 'pending';
create index mail_ended on mail (ended_at) where ended_at is not null;
