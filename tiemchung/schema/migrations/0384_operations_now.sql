-- What goes on now is looked at once for all walls: the worker counts sites, sessions, people who wait and registrations every few seconds,
-- and each wall adds up provinces. Counted by each wall, it would grow with the people who are at the sites, and with the walls.

create table operation_now (
    province_code text primary key,
    sites integer not null check (sites >= 0),
    sites_open integer not null check (sites_open >= 0),
    sites_heard integer not null check (sites_heard between 0 and sites_open),
    sites_unsent integer not null check (sites_unsent between 0 and sites_open),
    sessions integer not null check (sessions >= 0),
    waiting integer not null check (waiting >= 0),
    waited integer not null check (waited >= 0),
    waited_seconds bigint not null,
    to_approve integer not null check (to_approve >= 0),
    looked_at timestamptz not null
);
comment on table operation_now is 'Sites, sessions of the day, people who wait, doses of the last hour with the seconds that people waited for them, and registrations to approve, by province, as of the last look.';

create index registration_to_approve on registration (province_code) where status = 'registered';
