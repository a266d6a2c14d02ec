alter table app_user
  add column plan text not null default '',
  add column billing_mode text not null default 'prepaid',
  add column time_zone text not null default 'UTC',
  add column preferences jsonb not null default '{}',
  -- Set once they have named themselves here: Clerk's name then no longer counts.
  add column name_is_own boolean not null default false,
  -- Of the state at Clerk that was mirrored last: an older one is dropped.
  add column clerk_updated_at timestamptz,
  add column closed_at timestamptz,
  alter column email_key drop not null,
  -- The address of a closed account is free for another.
  add constraint app_user_email_until_closed check ((email_key is null) = (closed_at is not null));

create table consent (
  user_id uuid not null constraint consent_user_id_fkey references app_user (id),
  policy_version text not null,
  source text not null,
  accepted_at timestamptz not null default now(),
  primary key (user_id, policy_version)
);

-- Webhooks that have had their effect, as long as they may come again.
create table clerk_delivery (
  svix_id text primary key,
  received_at timestamptz not null default now()
);
create index clerk_delivery_received on clerk_delivery (received_at);

-- People who were deleted at Clerk, known here before or not: what arrives late revives nobody.
create table deleted_clerk_user (
  clerk_user_id text primary key,
  deleted_at timestamptz not null default now()
);

-- Sessions that ended before their last token did.
create table ended_session (
  session_id text primary key,
  expires_at timestamptz not null
);
create index ended_session_expiry on ended_session (expires_at);
