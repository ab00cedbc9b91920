-- Figures by commune, by group within a district, by how people came; corrections stand beside what they correct.
-- The follower counts the log again from its beginning.
-- squawk-ignore-file ban-drop-table

create table rollup_commune_day (
    commune_code text not null,
    day date not null,
    product text not null,
    dose_role text not null,
    doses integer not null,
    primary key (commune_code, day, product, dose_role)
);
comment on table rollup_commune_day is 'Doses by the commune where people lived that day.';

create table rollup_district_group (
    district_code text not null,
    day date not null,
    priority_group_id smallint not null,
    age_band text not null check (age_band in ('0-4', '5-11', '12-17', '18-49', '50-64', '65+')),
    sex text not null,
    dose_role text not null,
    ordinal smallint not null,
    completes boolean not null,
    doses integer not null,
    primary key (district_code, day, priority_group_id, age_band, sex, dose_role, ordinal, completes)
);
comment on table rollup_district_group is 'Doses of a district by day, priority group (0: none), age of that year, sex and place in the course.';

create table rollup_channel_day (
    province_code text not null,
    day date not null,
    channel text not null check (channel in ('invitation', 'self', 'agent', 'walk_in', 'imported', 'unknown')),
    doses integer not null,
    primary key (province_code, day, channel)
);
comment on table rollup_channel_day is 'Doses by how people came to them: invited, by self-booking, by a phone agent, walked in, or entered from a list.';

drop table rollup_recorded;
create table rollup_recorded (
    province_code text not null,
    recorded_on date not null,
    day date not null,
    entry text not null check (entry in ('recorded', 'corrected', 'taken_back')),
    doses integer not null,
    primary key (province_code, recorded_on, day, entry)
);
comment on table rollup_recorded is 'Doses on both clocks: the day they were written and the day they were given. First entries, later versions and what was taken back (negative) stand apart.';

create view dose_channel as
select i.person_id, i.immunization_id, i.version,
       coalesce(a.channel, case when i.visit_id is not null then 'walk_in' when i.source = 'imported' then 'imported' else 'unknown' end)
           as channel
  from immunization i
  left join visit v on v.place_id = i.place_id and v.visit_id = i.visit_id
  left join appointment a on a.place_id = v.place_id and a.appointment_id = v.appointment_id;
comment on view dose_channel is 'How a person came to a dose.';

create or replace view current_dose as
select i.person_id, i.immunization_id, i.place_id, i.area_id, i.product, i.dose_role, i.ordinal, i.occurred_at, i.source, i.version
  from immunization i
 where i.status = 'completed'
   and not exists (select from immunization newer
                    where newer.person_id = i.person_id and newer.immunization_id = i.immunization_id and newer.version > i.version);

create or replace view countable_dose as
select d.place_id, d.area_id, d.product, d.dose_role, d.ordinal, d.occurred_at, 1 as sign, d.person_id, d.immunization_id, d.version
  from current_dose d
union all
select e.place_id, e.area_id, e.body ->> 'product', e.body ->> 'dose_role', (e.body ->> 'ordinal')::smallint,
       (e.body ->> 'occurred_at')::timestamptz, case e.kind when 'immunization.recorded' then -1 else 1 end,
       e.person_id, (e.body ->> 'immunization_id')::uuid, (e.body ->> 'version')::smallint
  from event e
 where e.tx >= (select watermark from follower where name = 'figures')
   and e.kind in ('immunization.recorded', 'immunization.undone');

truncate rollup_place_hour, rollup_province_hour, rollup_district_day, rollup_province_day, rollup_group, rollup_minute;
delete from follower where name = 'figures';
