create table legal_hold (
  id uuid primary key,
  user_id uuid not null,
  first_request_id uuid not null,
  last_request_id uuid not null,
  ends_at timestamptz not null,
  state text not null check (state in ('proposed', 'active', 'ending', 'ended')),
  proposed_by text not null,
  confirmed_by text,
  created_at timestamptz not null,
  ended_at timestamptz,
  -- Two people, whatever the code believes.
  check (confirmed_by is null or confirmed_by <> proposed_by),
  check (state <> 'active' or confirmed_by is not null)
);

create table held_content (
  hold_id uuid not null references legal_hold (id),
  request_id uuid not null,
  account_id uuid not null,
  user_id uuid not null,
  sealed bytea not null,
  primary key (hold_id, request_id)
);

alter table held_content alter column sealed set storage external;
