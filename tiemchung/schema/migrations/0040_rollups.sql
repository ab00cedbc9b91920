-- Figures: written only by the follower of the event log, together with its watermark.

create table rollup_place_hour (
    place_id uuid not null,
    day date not null,
    hour smallint not null check (hour between 0 and 23),
    product text not null,
    doses integer not null,
    primary key (place_id, day, hour, product)
);
create index rollup_place_hour_day on rollup_place_hour (day);
comment on table rollup_place_hour is 'Doses given at a site in an hour of a day, on Viet Nam''s clock.';

create table rollup_district_day (
    district_code text not null,
    province_code text not null,
    day date not null,
    product text not null,
    dose_role text not null,
    ordinal smallint not null,
    completes boolean not null,
    doses integer not null,
    primary key (district_code, day, product, dose_role, ordinal)
);
comment on table rollup_district_day is 'Doses by where people lived that day; completes marks the dose that ends a basic course.';

create table rollup_province_day (
    province_code text not null,
    day date not null,
    product text not null,
    dose_role text not null,
    ordinal smallint not null,
    completes boolean not null,
    doses integer not null,
    primary key (province_code, day, product, dose_role, ordinal)
);
create index rollup_province_day_day on rollup_province_day (day);
comment on table rollup_province_day is 'Doses by province of residence and day: what national figures are summed from.';

create table rollup_group (
    province_code text not null,
    priority_group_id smallint not null,
    age_band text not null check (age_band in ('5-11', '12-17', '18-49', '50-64', '65+')),
    sex text not null,
    dose_role text not null,
    ordinal smallint not null,
    completes boolean not null,
    doses integer not null,
    primary key (province_code, priority_group_id, age_band, sex, dose_role, ordinal, completes)
);
comment on table rollup_group is 'Doses by priority group (0: none), age on the day, sex and place in the course.';

create table alert (
    alert_id uuid primary key,
    rule text not null,
    subject text not null,
    severity text not null check (severity in ('serious', 'warning', 'notice')),
    place_id uuid references place,
    title text not null,
    detail text not null,
    raised_at timestamptz not null,
    claimed_by uuid references staff,
    claimed_at timestamptz,
    resolved_at timestamptz,
    outcome text
);
create unique index alert_open_once on alert (rule, subject) where resolved_at is null;
comment on table alert is 'What the response centre should look at: one open alert a rule and subject, with an owner and an outcome.';

create view current_dose as
select i.person_id, i.immunization_id, i.place_id, i.area_id, i.product, i.dose_role, i.ordinal, i.occurred_at, i.source
  from immunization i
 where i.status = 'completed'
   and not exists (select from immunization newer
                    where newer.person_id = i.person_id and newer.immunization_id = i.immunization_id and newer.version > i.version);
comment on view current_dose is 'The doses that count: the highest version of each record, where it says that the dose was given.';
