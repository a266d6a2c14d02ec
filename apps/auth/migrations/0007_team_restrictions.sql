-- What teams allow their keys, as teams tells it; a team without a row restricts nothing.
create table team_restrictions (
  team_id uuid primary key,
  allowed_models text[] not null,
  never_stored_only boolean not null,
  changed_at timestamptz not null
);
create index api_key_by_team on api_key (team_id);
