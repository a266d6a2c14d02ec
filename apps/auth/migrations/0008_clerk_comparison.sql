-- When a person is next compared with Clerk, in case no webhook told of a change.
alter table app_user add clerk_compare_at timestamptz not null default now();
create index app_user_by_clerk_compare_at on app_user (clerk_compare_at);
