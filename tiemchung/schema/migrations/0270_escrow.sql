-- Which session a device holds doses for, and the unit that they came from.

alter table handling_unit add column held_for uuid;
alter table handling_unit add column held_from uuid;
comment on column handling_unit.held_for is 'The session that held doses are meant for; who closes it has them back on the shelf.';
comment on column handling_unit.held_from is 'The unit that held doses were taken from, to which they return while its clock is the same.';
