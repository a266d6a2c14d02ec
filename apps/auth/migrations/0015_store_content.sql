-- Whether what a person's requests say may be stored, sealed for them alone.
alter table app_user add column store_content boolean not null default true;
