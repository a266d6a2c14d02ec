-- What somebody has decided goes with them, when they are erased.
alter table consent_choice
  drop constraint consent_choice_user_id_fkey,
  add constraint consent_choice_user_id_fkey foreign key (user_id) references app_user (id) on delete cascade;
