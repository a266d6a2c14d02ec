-- What gateways hold of usage that is not settled, as they last said: known also when it cannot be sent.
create table unsettled_epoch (
  gateway_epoch uuid primary key,
  oldest_sequence int8 not null,
  last_sequence int8 not null,
  oldest_closed_at timestamptz not null,
  reported_at timestamptz not null
);

alter table unconfirmed_batch add column recorded_at timestamptz not null default now();

-- Set by the person who has dealt with it: until then it is a violation.
alter table quarantined_record add column resolved_at timestamptz;
