-- Facts that a transaction has committed and that JetStream (or, with await_confirmation, the consumer) has not.
create table outbox (
  id bigint generated always as identity primary key,
  event_id text not null,
  subject text not null,
  payload text not null,
  headers jsonb not null default '{}',
  await_confirmation boolean not null default false,
  attempts integer not null default 0,
  created_at timestamptz not null default now(),
  due_at timestamptz not null default now()
);
create index outbox_due on outbox (due_at, id);
create index outbox_event on outbox (event_id) where await_confirmation;

-- Message ids that a consumer has handled.
create table inbox (
  consumer text not null,
  message_id text not null,
  received_at timestamptz not null default now(),
  primary key (consumer, message_id)
);
create index inbox_received on inbox (received_at);

-- Messages that no retry can help, kept for an operator.
create table quarantined_message (
  id bigint generated always as identity primary key,
  consumer text not null,
  subject text not null,
  message_id text not null,
  payload bytea not null,
  reason text not null,
  deliveries integer not null,
  quarantined_at timestamptz not null default now()
);
-- Once for each delivery of the same bytes; another body under a known id is kept as well.
create unique index quarantined_message_once
  on quarantined_message (consumer, subject, message_id, md5(payload));
