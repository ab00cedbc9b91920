-- What walls and pages read: a row an area and day, so that a question costs the same at a million doses and at twenty.
-- The follower counts the log again from its beginning.

create table rollup_province (
    province_code text not null,
    day date not null,
    doses integer not null,
    first integer not null,
    complete integer not null,
    adults_first integer not null,
    adults_complete integer not null,
    additional integer not null,
    booster integer not null,
    primary key (province_code, day)
);
comment on table rollup_province is 'A province''s day: all doses, first doses, completed basic courses (both of people of 18 and older too), additional, booster.';

create table rollup_district (
    district_code text not null,
    day date not null,
    doses integer not null,
    first integer not null,
    complete integer not null,
    adults_first integer not null,
    adults_complete integer not null,
    additional integer not null,
    booster integer not null,
    primary key (district_code, day)
);
comment on table rollup_district is 'The same of a district.';

truncate rollup_place_hour, rollup_province_hour, rollup_district_day, rollup_province_day, rollup_group, rollup_minute,
         rollup_commune_day, rollup_district_group, rollup_channel_day, rollup_recorded;
delete from follower where name = 'figures';
