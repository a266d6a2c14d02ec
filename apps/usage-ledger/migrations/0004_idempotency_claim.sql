-- The first request under each Idempotency-Key of an API key, for 24 hours. The primary key is what
-- makes it the first. What became of the request stands in usage_request.
create table idempotency_claim (
  key_id uuid not null,
  idempotency_key_hash bytea not null check (octet_length(idempotency_key_hash) = 32),
  body_hmac bytea not null check (octet_length(body_hmac) = 32),
  request_id uuid not null,
  gateway_epoch uuid not null,
  -- The upstream was never called: the next request may take the claim over. The row stays, because a
  -- release may overtake its own claim.
  released bool not null,
  claimed_at timestamptz not null default now(),
  primary key (key_id, idempotency_key_hash)
);
-- Freeing what an ended gateway left, and claims of requests that called no upstream.
create index idempotency_claim_epoch on idempotency_claim (gateway_epoch, request_id);
-- Sweeping out what is older than 24 hours.
create index idempotency_claim_claimed_at on idempotency_claim (claimed_at);
