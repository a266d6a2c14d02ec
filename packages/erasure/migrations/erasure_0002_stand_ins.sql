-- Who of these people is erased or being so, for a transaction that is about to write their ids: until it ends nobody else
-- begins to be erased. In one call, and yet in two statements: the look has to begin after the lock is held.
create function erased_person_stand_ins(hashes bytea[])
returns table (person_hash bytea, pseudonym_user_id uuid, pseudonym_key_id uuid)
language plpgsql volatile as $$
begin
  perform pg_advisory_xact_lock_shared('erased_person'::regclass::oid::int, 0);
  return query select e.person_hash, e.pseudonym_user_id, e.pseudonym_key_id
    from erased_person e where e.person_hash = any (hashes);
end
$$;
