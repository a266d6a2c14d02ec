-- What a request cost beyond every limit, once billing has said so: the platform's loss. cost_nano_usd is
-- what the customer is charged, cost_nano_usd + overrun_nano_usd what the request cost.
alter table usage_request add column overrun_nano_usd int8 not null default 0;
