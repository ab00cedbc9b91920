-- At which of a session's tables a vial was opened: a dose was given where its vial stands.
alter table vial add column table_number smallint constraint vial_table_number check (table_number > 0);
comment on column vial.table_number is 'The table of the session at which it is used; of each dose from it too.';
