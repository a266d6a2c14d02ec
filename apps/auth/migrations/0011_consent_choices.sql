-- What people have decided about a purpose, one row a decision; the newest counts.
create table consent_choice (
  id int8 primary key generated always as identity,
  user_id uuid not null constraint consent_choice_user_id_fkey references app_user (id),
  purpose text not null
    constraint consent_choice_purpose_check check (purpose in ('product_news', 'service_statistics')),
  given boolean not null,
  source text not null,
  decided_at timestamptz not null default now()
);
create index consent_choice_newest on consent_choice (purpose, user_id, id desc);

-- Since when nothing is processed for them, as they asked.
alter table app_user add column restricted_at timestamptz;
create index app_user_restricted on app_user (id) where restricted_at is not null;

insert into consent_choice (user_id, purpose, given, source)
select id, 'product_news', true, 'person' from app_user where preferences @> '{"productNewsEmail": true}';
