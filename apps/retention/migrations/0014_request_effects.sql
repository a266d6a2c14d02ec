-- Erasures and archives begin with the requests for them.
alter table privacy_request drop constraint privacy_request_effect_check;
alter table privacy_request add constraint privacy_request_effect_check
  check (effect in ('restrict', 'lift', 'withdraw', 'erase', 'archive'));
