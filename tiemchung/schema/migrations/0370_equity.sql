-- Whom the campaign reaches: how far from home a dose was given, and in which ethnic group. Doses that are counted already are
-- counted here too; what the follower has not read yet it adds itself.

create function distance_band(home area, site place) returns text language sql immutable as $$
    select case when home.area_id = site.area_id then 'commune'
                else coalesce((array['0-5', '5-10', '10-20', '20-50', '50+'])[1 + width_bucket(
                         6371 * 2 * asin(least(1, sqrt(power(sin(radians(site.lat - home.lat) / 2), 2)
                             + cos(radians(home.lat)) * cos(radians(site.lat)) * power(sin(radians(site.lon - home.lon) / 2), 2)))),
                         array[5, 10, 20, 50]::float8[])], 'unknown') end
$$;
comment on function distance_band(area, place) is 'How far a site is from the middle of a commune, in kilometres as the crow flies: the same commune, or a band; unknown without a position.';

create table rollup_equity (
    province_code text not null,
    kind text not null check (kind in ('distance', 'ethnicity')),
    code text not null,
    dose_role text not null,
    ordinal smallint not null,
    completes boolean not null,
    doses integer not null,
    primary key (province_code, kind, code, dose_role, ordinal, completes)
);
comment on table rollup_equity is 'Doses of a province by distance from home to the site, and by ethnic group as it was known when the dose was counted; never one with the other.';

create table ethnic_count (
    province_code text not null,
    ethnic_group text not null,
    people integer not null check (people >= 0),
    counted_at timestamptz not null,
    primary key (province_code, ethnic_group)
);
comment on table ethnic_count is 'People of a province by ethnic group (unknown: none told), as of the last count.';

insert into rollup_equity (province_code, kind, code, dose_role, ordinal, completes, doses)
with dose as (
    select ltree2text(subpath(a.path, 2, 1)) as province_code, d.dose_role, d.ordinal, d.sign, distance_band(a, place) as distance,
           coalesce(p.ethnic_group, 'unknown') as ethnic_group, d.product, (d.occurred_at at time zone 'Asia/Ho_Chi_Minh')::date as day
      from countable_dose d
      join area a on a.area_id = d.area_id
      join place on place.place_id = d.place_id
      left join person p on p.person_id = d.person_id),
ends as (
    select days.day, c.product, c.number
      from (select distinct dose.day, p.disease from dose join product p on p.code = dose.product) days
      join schedule_course c on c.rule_set_id = schedule_on(days.disease, days.day) and c.completes)
select d.province_code, k.kind, k.code, d.dose_role, d.ordinal,
       d.dose_role = 'basic' and (d.day, d.product, d.ordinal) in (select day, product, number from ends) as completes, sum(d.sign)
  from dose d cross join lateral (values ('distance', d.distance), ('ethnicity', d.ethnic_group)) as k(kind, code)
 group by 1, 2, 3, 4, 5, 6
having sum(d.sign) <> 0;
