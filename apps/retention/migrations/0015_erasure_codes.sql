-- When codes were mailed in the last 24 hours: nobody's mailbox is filled with them.
alter table erasure add column code_times timestamptz[] not null default '{}';
