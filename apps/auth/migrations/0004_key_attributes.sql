alter table api_key
  add column scope text not null default 'inference'
    constraint api_key_scope_check check (scope in ('inference', 'management')),
  add column is_test boolean not null default false,
  -- The name in lower case: two keys of a person on an account cannot differ in case alone.
  add column name_key text,
  -- What is empty, false or 0 restricts nothing.
  add column allowed_models text[] not null default '{}',
  add column never_stored_only boolean not null default false,
  add column allowed_apis text[] not null default '{}',
  add column allowed_addresses text[] not null default '{}',
  add column requests_per_minute int4 not null default 0,
  add column tokens_per_minute int4 not null default 0,
  add column concurrent_requests int4 not null default 0,
  add column disabled_at timestamptz,
  add column last_used_at timestamptz,
  -- The secret before the last rotation, as long as it works on.
  add column previous_public_id text,
  add column previous_key_sha256 bytea,
  add column previous_until timestamptz,
  add constraint api_key_previous_public_id_key unique (previous_public_id),
  add constraint api_key_previous_key_sha256_key unique (previous_key_sha256),
  add constraint api_key_previous_is_whole check (
    (previous_public_id is null) = (previous_key_sha256 is null)
    and (previous_public_id is null) = (previous_until is null)),
  add constraint api_key_previous_until_revoked check (previous_key_sha256 is null or revoked_at is null);

-- Names were not unique: an older namesake keeps its name, with its public id behind it.
update api_key k set name = left(k.name, 180) || ' ' || k.public_id
where k.revoked_at is null and exists (
  select 1 from api_key newer
  where newer.account_id = k.account_id and newer.user_id = k.user_id and newer.revoked_at is null
    and lower(newer.name) = lower(k.name) and newer.id > k.id);
update api_key set name_key = lower(name);
alter table api_key alter column name_key set not null;
create unique index api_key_name on api_key (account_id, user_id, name_key) where revoked_at is null;
