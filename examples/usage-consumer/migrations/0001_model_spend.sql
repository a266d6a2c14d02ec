create table model_spend (
  model text primary key,
  requests int8 not null,
  cost_nano_usd int8 not null
);

-- Everything up to this ledger sequence is in model_spend, and nothing above it.
create table checkpoint (
  singleton bool primary key default true check (singleton),
  ledger_sequence int8 not null
);
insert into checkpoint (ledger_sequence) values (0);
