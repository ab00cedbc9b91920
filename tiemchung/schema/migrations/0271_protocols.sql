-- A protocol is of doses destroyed or of doses that go back to their maker; both may have a photo.

alter table destruction add column kind text not null default 'destroy';
alter table destruction add constraint destruction_kind check (kind in ('destroy', 'return')) not valid;
alter table destruction validate constraint destruction_kind;
alter table destruction add column photo bytea;
comment on table destruction is 'Doses destroyed before witnesses, or returned to their maker; the lines are those of its entry.';
comment on column destruction.photo is 'A JPEG of what was destroyed or handed over, drawn anew and small.';
