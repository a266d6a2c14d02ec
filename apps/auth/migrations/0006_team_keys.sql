-- The stay in a team under which a key of the team was made: it ends with it.
alter table api_key add column membership_id uuid;
create index api_key_by_membership on api_key (membership_id);

-- Stays that have ended: a key that is made late is made under none of them.
create table ended_membership (
  membership_id uuid primary key,
  ended_at timestamptz not null default now()
);
