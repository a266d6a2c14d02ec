-- Acts that auth's audit log does not have yet.
create table audit_report (
  id uuid constraint audit_report_pkey primary key,
  act jsonb not null,
  reported_at timestamptz not null default now()
);
