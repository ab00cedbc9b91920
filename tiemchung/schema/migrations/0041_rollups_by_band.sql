-- squawk-ignore-file ban-drop-table
-- Coverage of people of 18 and older counts their doses alone: rollups part doses by the bands that populations have.
-- The follower counts the log again from its beginning into the new tables.

drop table rollup_place_hour;
drop table rollup_district_day;
drop table rollup_province_day;
drop table rollup_group;

create table rollup_place_hour (
    place_id uuid not null,
    day date not null,
    hour smallint not null check (hour between 0 and 23),
    product text not null,
    doses integer not null,
    primary key (place_id, day, hour, product)
);
comment on table rollup_place_hour is 'Doses given at a site in an hour of a day, on Viet Nam''s clock.';

create table rollup_province_hour (
    province_code text not null,
    day date not null,
    hour smallint not null check (hour between 0 and 23),
    doses integer not null,
    primary key (province_code, day, hour)
);
create index rollup_province_hour_day on rollup_province_hour (day);
comment on table rollup_province_hour is 'Doses given at the sites of a province in an hour of a day: where they were given, not where people live.';

create table rollup_district_day (
    district_code text not null,
    province_code text not null,
    day date not null,
    product text not null,
    dose_role text not null,
    ordinal smallint not null,
    band text not null check (band in ('0-4', '5-11', '12-17', '18+')),
    completes boolean not null,
    doses integer not null,
    primary key (district_code, day, product, dose_role, ordinal, band)
);
create index rollup_district_day_province on rollup_district_day (province_code);
comment on table rollup_district_day is 'Doses by where people lived that day; band is the age of that year, completes marks the dose that ends a basic course.';

create table rollup_province_day (
    province_code text not null,
    day date not null,
    product text not null,
    dose_role text not null,
    ordinal smallint not null,
    band text not null check (band in ('0-4', '5-11', '12-17', '18+')),
    completes boolean not null,
    doses integer not null,
    primary key (province_code, day, product, dose_role, ordinal, band)
);
create index rollup_province_day_day on rollup_province_day (day);
comment on table rollup_province_day is 'Doses by province of residence and day: what national figures are summed from.';

create table rollup_group (
    province_code text not null,
    priority_group_id smallint not null,
    age_band text not null check (age_band in ('0-4', '5-11', '12-17', '18-49', '50-64', '65+')),
    sex text not null,
    dose_role text not null,
    ordinal smallint not null,
    completes boolean not null,
    doses integer not null,
    primary key (province_code, priority_group_id, age_band, sex, dose_role, ordinal, completes)
);
comment on table rollup_group is 'Doses by priority group (0: none), age of that year, sex and place in the course.';

create table rollup_recorded (
    province_code text not null,
    recorded_on date not null,
    day date not null,
    doses integer not null,
    primary key (province_code, recorded_on, day)
);
comment on table rollup_recorded is 'Doses on both clocks: the day they were recorded and the day they were given; late and back-dated entries stand apart.';

create table rollup_minute (
    minute timestamptz not null,
    province_code text not null,
    doses integer not null,
    primary key (minute, province_code)
);
comment on table rollup_minute is 'Doses recorded at the sites of a province in each minute of the last day: the pace of now.';

create table rollup_version (
    name text primary key,
    version bigint not null,
    counted_at timestamptz not null
);
comment on table rollup_version is 'How often the rollups have changed: what a page that was made from them is compared with.';
insert into rollup_version (name, version, counted_at) values ('doses', 0, now());

create index session_open on session (place_id) where status = 'open';
create index session_day on session (starts_at);

-- What the rollups should hold at this moment: the records that count, less what the follower has not read yet.
create view countable_dose as
select d.place_id, d.area_id, d.product, d.dose_role, d.ordinal, d.occurred_at, 1 as sign
  from current_dose d
union all
select e.place_id, e.area_id, e.body ->> 'product', e.body ->> 'dose_role', (e.body ->> 'ordinal')::smallint,
       (e.body ->> 'occurred_at')::timestamptz, case e.kind when 'immunization.recorded' then -1 else 1 end
  from event e
 where e.tx >= (select watermark from follower where name = 'figures')
   and e.kind in ('immunization.recorded', 'immunization.undone');
comment on view countable_dose is 'Doses that the rollups should show: the records that count, with the unread end of the log taken back.';

delete from follower where name = 'figures';
