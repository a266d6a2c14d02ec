-- A version has a date only once every account was told, and none that lies before the last of its mails.
create function require_policy_announced() returns trigger language plpgsql as $$
begin
  if exists (
    select from mail
    where kind = 'policy-change' and starts_with(cause, to_char(new.version, 'YYYY-MM-DD') || ' announced ')
      and (state = 'pending' or ended_at > new.announced_at))
  then
    raise exception 'not everybody was told of this version of the policy by then' using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger policy_version_everybody_told before update of announced_at on policy_version
  for each row when (new.announced_at is not null) execute function require_policy_announced();
