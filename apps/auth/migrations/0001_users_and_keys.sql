create table app_user (
  id uuid primary key,
  email text not null,
  -- The address in lower case: two people cannot differ in case alone.
  email_key text not null unique,
  name text not null,
  account_id uuid not null unique,
  clerk_user_id text unique,
  created_at timestamptz not null default now()
);

create table api_key (
  id uuid primary key,
  public_id text not null unique,
  -- SHA-256 of the whole key. Revocation destroys it, so a revoked key cannot be found, now or ever.
  key_sha256 bytea unique check (octet_length(key_sha256) = 32),
  name text not null,
  account_id uuid not null,
  user_id uuid not null references app_user (id),
  team_id uuid,
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  revoked_at timestamptz,
  constraint api_key_hash_until_revoked check ((key_sha256 is null) = (revoked_at is not null))
);
-- Ids are UUIDv7: their order is the order in which keys were made.
create index api_key_by_account on api_key (account_id, id desc);
create index api_key_by_user on api_key (user_id);
