-- One life of one gateway process: all its sequences up to settled_sequence are recorded or
-- quarantined; arrived_above holds what arrived beyond a gap.
create table gateway_epoch (
  gateway_epoch uuid primary key,
  settled_sequence int8 not null,
  arrived_above int8multirange not null,
  last_ledger_sequence int8 not null
);
create index gateway_epoch_last_ledger_sequence on gateway_epoch (last_ledger_sequence);

-- Batches that were handed to billing and whose charges billing has not announced yet.
create table unconfirmed_batch (
  batch_id uuid primary key,
  first_ledger_sequence int8 not null
);
create index unconfirmed_batch_first on unconfirmed_batch (first_ledger_sequence);
