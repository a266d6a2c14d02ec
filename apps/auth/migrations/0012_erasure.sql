-- The confirmed erasure for which an account is held: no key is made meanwhile.
alter table app_user add erasure_id uuid;

-- Who was deleted is told from others by a hash: nothing here names them.
alter table deleted_clerk_user rename column clerk_user_id to clerk_user_hash;
update deleted_clerk_user
  set clerk_user_hash = encode(sha256(convert_to(clerk_user_hash, 'UTF8')), 'hex');
