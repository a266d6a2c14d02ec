-- Nothing has written it yet: what is deleted is told by the account too, and may take more than one statement.
drop table content_deletion;

create table content_deletion (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null,
  -- Null: whatever account paid.
  account_id uuid,
  first_request_id uuid not null,
  last_request_id uuid not null,
  deleted_at timestamptz not null,
  finished boolean not null default false
);

create index content_deletion_by_author on content_deletion (user_id, last_request_id);
create index content_deletion_unfinished on content_deletion (id) where not finished;

-- What an author lets support read: some requests, or all of a span of time.
create table support_grant (
  id uuid primary key,
  user_id uuid not null,
  account_id uuid,
  request_ids uuid[],
  first_request_id uuid,
  last_request_id uuid,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  withdrawn_at timestamptz,
  check ((request_ids is null) = (first_request_id is not null)),
  check ((first_request_id is null) = (last_request_id is null))
);

create index support_grant_by_author on support_grant (user_id, id);
