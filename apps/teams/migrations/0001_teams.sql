create table team (
  id uuid primary key,
  name text not null,
  -- The name in lower case: an owner's teams cannot differ in case alone.
  name_key text not null,
  -- One owner a team, by the shape of the table. The owner's membership is that of an admin.
  owner_user_id uuid not null,
  -- The billing account that pays for the team's keys.
  account_id uuid not null constraint team_account_id_key unique,
  created_at timestamptz not null default now(),
  deleted_at timestamptz,
  allowed_models text[] not null default '{}',
  never_stored_only boolean not null default false,
  key_makers text not null default 'members',
  default_key_total_nano_usd int8,
  default_key_month_nano_usd int8,
  default_key_day_nano_usd int8
);
create unique index team_name_of_owner on team (owner_user_id, name_key) where deleted_at is null;

create table team_member (
  team_id uuid not null constraint team_member_team_id_fkey references team (id),
  user_id uuid not null,
  -- Of this stay: who comes back has another, so that what ended with the first stays ended.
  membership_id uuid not null constraint team_member_membership_id_key unique,
  role text not null constraint team_member_role_check check (role in ('admin', 'member')),
  joined_at timestamptz not null default now(),
  primary key (team_id, user_id)
);
create index team_member_by_user on team_member (user_id);

create table team_invitation (
  id uuid primary key,
  team_id uuid not null constraint team_invitation_team_id_fkey references team (id),
  email text not null,
  -- The address in lower case.
  email_key text not null,
  role text not null constraint team_invitation_role_check check (role in ('admin', 'member')),
  invited_by uuid not null,
  state text not null default 'open'
    constraint team_invitation_state_check check (state in ('open', 'accepted', 'declined', 'withdrawn')),
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  times_sent integer not null default 1,
  sent_at timestamptz not null default now()
);
create unique index team_invitation_open on team_invitation (team_id, email_key) where state = 'open';
create index team_invitation_by_team on team_invitation (team_id, id);
create index team_invitation_by_email on team_invitation (email_key);
