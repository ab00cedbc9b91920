-- The clocks of a handling unit with every step they took; what goes with a vaccine; whom a lot is kept for.

alter table handling_unit add column thawed_at timestamptz;
alter table handling_unit add column minus20_since timestamptz;
alter table handling_unit add column minus20_used interval not null default interval '0';
alter table handling_unit add column held_by text;
comment on column handling_unit.minus20_used is 'How much of the one budget between −25 and −15 °C is spent; it pauses while the unit is frozen deeper and never comes back.';
comment on column handling_unit.held_by is 'The device that holds these doses for a session, so that no other one gives them; null for what lies on the shelf for all.';

create table handling_unit_step (
    place_id uuid not null,
    step_id uuid not null,
    unit_id uuid not null,
    from_clock text not null,
    to_clock text not null,
    usable_until timestamptz,
    minus20_used interval not null,
    at timestamptz not null,
    by uuid,
    primary key (place_id, step_id),
    foreign key (place_id, unit_id) references handling_unit
);
create index handling_unit_step_unit on handling_unit_step (place_id, unit_id, at);
comment on table handling_unit_step is 'Each change of a unit''s storage and the clock that it started.';

create table consumable (
    code text primary key,
    name text not null,
    kind text not null check (kind in ('ad_syringe', 'rup_syringe', 'diluent', 'safety_box')),
    pair_of text references product,
    check ((kind = 'diluent') = (pair_of is not null))
);
comment on table consumable is 'What a vaccine needs beside it. A diluent belongs to the vaccine of its own maker and to no other.';
-- A fresh database gets these from consumable.csv, after its products.
insert into consumable (code, name, kind, pair_of)
select code, name, kind, pair_of
  from (values ('AD05', 'Bơm tiêm tự khóa 0,5 ml', 'ad_syringe', null),
               ('RUP3', 'Bơm tiêm pha hồi chỉnh 3 ml', 'rup_syringe', null),
               ('SB5', 'Hộp an toàn 5 lít', 'safety_box', null),
               ('DIL-PF', 'Nước muối 0,9 % pha Comirnaty', 'diluent', 'PF'),
               ('DIL-PFC', 'Nước muối 0,9 % pha Comirnaty 5–11 tuổi', 'diluent', 'PFC')) as c(code, name, kind, pair_of)
 where exists (select from product);

alter table lot_expiry add column decided_by uuid;
alter table lot_expiry add column recorded_at timestamptz;
comment on column lot.earmark is 'The target group that a lot is kept for; null for everybody.';
