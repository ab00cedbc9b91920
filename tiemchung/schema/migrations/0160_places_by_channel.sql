-- Places of a half hour by channel, holds that run out, and the day from which a dose may be given.

alter table slot
    add column self_capacity smallint not null default 0,
    add column self_taken smallint not null default 0,
    add column release_at timestamptz,
    add column released boolean not null default false,
    add constraint slot_self_counted check (self_taken between 0 and taken),
    add constraint slot_self_within check (self_capacity between 0 and capacity),
    add constraint slot_channels_kept
        check (released or (self_taken <= self_capacity and taken - self_taken <= capacity - self_capacity));
comment on column slot.self_capacity is 'Places that people and phone agents book themselves; lists and walk-ins have the others until the release.';
comment on column slot.release_at is 'From then on every channel may take every place that is left; null: never.';
create index slot_release on slot (release_at) where not released and release_at is not null;

alter table appointment add constraint appointment_held_until check (status <> 'held' or held_until is not null);
create index appointment_held on appointment (held_until) where status = 'held';

alter table registration add column earliest_on date;
comment on column registration.earliest_on is 'The first day on which this dose may be given, by the dose before it; null: no dose before.';
