-- Vaccine vial monitors: what somebody saw on a tray's vials. They tell of heat, never of freezing; a stage never goes back.

-- squawk-ignore adding-required-field
alter table handling_unit add column vvm_stage smallint;
comment on column handling_unit.vvm_stage is 'The newest stage of the vials'' monitors, 1 to 4; from 3 on nothing is used. Null: they have none, or nobody has looked.';
alter table handling_unit add constraint handling_unit_vvm_stage check (vvm_stage between 1 and 4) not valid;
alter table handling_unit validate constraint handling_unit_vvm_stage;

create table vvm_look (
    place_id uuid not null,
    look_id uuid not null,
    unit_id uuid not null,
    stage smallint not null check (stage between 1 and 4),
    at timestamptz not null,
    by uuid references staff,
    primary key (place_id, look_id),
    foreign key (place_id, unit_id) references handling_unit (place_id, unit_id)
);
comment on table vvm_look is 'What somebody saw on the vial monitors of a unit, look by look.';
create index vvm_look_unit on vvm_look (place_id, unit_id, at);
