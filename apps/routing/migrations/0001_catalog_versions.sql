-- Every catalog that was ever in force; the newest row is. Rows are never changed: requests were priced by them.
create table catalog_version (
  id bigint generated always as identity primary key,
  version text not null unique,
  catalog jsonb not null,
  published_at timestamptz not null default now()
);

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'catalog versions are immutable: publish a new one';
end
$$;

create trigger catalog_version_immutable before update or delete on catalog_version
  for each row execute function refuse_change();
