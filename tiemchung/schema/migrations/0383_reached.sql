-- Whom the campaign reaches is one table: each way to look at people by itself, of a province and of the nation ready summed. Crossed with
-- one another, priority group, age and sex stay in rollup_district_group.

create table rollup_reached (
    area_code text not null,
    kind text not null check (kind in ('age', 'sex', 'group', 'distance', 'ethnicity')),
    code text not null,
    dose_role text not null,
    ordinal smallint not null,
    completes boolean not null,
    doses integer not null,
    primary key (area_code, kind, code, dose_role, ordinal, completes)
);
comment on table rollup_reached is 'Doses of a province, or of the nation (VN), by age of that year, sex, priority group (its id; 0: none), distance from home to the site and ethnic group as it was known when the dose was counted; never one with the other.';

insert into rollup_reached
select coalesce(province_code, 'VN'), kind, code, dose_role, ordinal, completes, sum(doses)
  from (select province_code, k.kind, k.code, dose_role, ordinal, completes, doses
          from rollup_group
         cross join lateral (values ('age', age_band), ('sex', sex), ('group', priority_group_id::text)) as k(kind, code)
         union all
        select province_code, kind, code, dose_role, ordinal, completes, doses from rollup_equity) told
 group by grouping sets ((province_code, kind, code, dose_role, ordinal, completes), (kind, code, dose_role, ordinal, completes));

-- squawk-ignore ban-drop-table
drop table rollup_group;
-- squawk-ignore ban-drop-table
drop table rollup_equity;
