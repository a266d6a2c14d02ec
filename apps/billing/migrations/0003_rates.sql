-- Requests and tokens of one UTC minute that allowances may admit, by key: in all, and each one's slice.
CREATE TABLE rate_window (
  key_id uuid NOT NULL,
  window_start timestamptz NOT NULL,
  requests int8 NOT NULL CHECK (requests >= 0),
  tokens int8 NOT NULL CHECK (tokens >= 0),
  PRIMARY KEY (key_id, window_start)
);

CREATE TABLE rate_slice (
  allowance_id uuid NOT NULL REFERENCES allowance,
  window_start timestamptz NOT NULL,
  requests int8 NOT NULL CHECK (requests >= 0),
  tokens int8 NOT NULL CHECK (tokens >= 0),
  PRIMARY KEY (allowance_id, window_start)
);
CREATE INDEX rate_window_age ON rate_window (window_start);
CREATE INDEX rate_slice_age ON rate_slice (window_start);

-- Requests that the allowance may run at the same time.
ALTER TABLE allowance ADD COLUMN slots int4 NOT NULL DEFAULT 0 CHECK (slots >= 0);
