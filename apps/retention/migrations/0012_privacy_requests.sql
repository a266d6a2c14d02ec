-- What people ask about their data: ids only, nothing of what they wrote.
create table privacy_request (
  id uuid primary key,
  user_id uuid,
  kind text not null check (kind in ('access', 'rectification', 'erasure', 'restriction', 'objection', 'portability',
    'consent_withdrawal', 'minor', 'other')),
  purpose text,
  channel text not null check (channel in ('form', 'mail')),
  -- Of a mail: tells it from others.
  reference text unique,
  state text not null check (state in ('unverified', 'open', 'in_effect', 'closed')),
  outcome text check (outcome in ('fulfilled', 'refused', 'withdrawn')),
  received_at timestamptz not null,
  due_at timestamptz not null constraint privacy_request_due_in_30_days check (due_at = received_at + interval '30 days'),
  verified_by text,
  -- What auth is to be told yet: restrict, lift or withdraw.
  effect text check (effect in ('restrict', 'lift', 'withdraw')),
  closed_at timestamptz,
  constraint privacy_request_closed_with_outcome check ((state = 'closed') = (outcome is not null)
    and (state = 'closed') = (closed_at is not null)),
  constraint privacy_request_verified_has_person check (state = 'unverified' or user_id is not null or outcome is not null)
);
create index privacy_request_by_user on privacy_request (user_id, id desc);
create index privacy_request_open on privacy_request (due_at) where state <> 'closed';
create index privacy_request_effect on privacy_request (id) where effect is not null;
