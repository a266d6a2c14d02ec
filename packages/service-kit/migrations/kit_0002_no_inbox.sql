-- Consumers tell what they have seen by keys of their own tables.
drop table inbox;
