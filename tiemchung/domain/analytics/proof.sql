-- Each comparison tells what differs: what the records say, and what the rollups hold.

-- name: total
select 'national' as what, 'doses' as key, (select coalesce(sum(sign), 0) from countable_dose)::bigint as expected,
       (select coalesce(sum(doses), 0) from rollup_province_day)::bigint as found;

-- name: sites
-- Each site and hour against its records.
select 'site' as what, coalesce(e.key, f.key) as key, coalesce(e.doses, 0)::bigint as expected, coalesce(f.doses, 0)::bigint as found
  from (select concat_ws(' ', place_id, (occurred_at at time zone 'Asia/Ho_Chi_Minh')::date,
                         extract(hour from occurred_at at time zone 'Asia/Ho_Chi_Minh'), product) as key, sum(sign) as doses
          from countable_dose group by 1 having sum(sign) <> 0) e
  full join (select concat_ws(' ', place_id, day, hour, product) as key, doses from rollup_place_hour where doses <> 0) f on f.key = e.key
 where coalesce(e.doses, 0) <> coalesce(f.doses, 0)
 order by 2 limit 100;

-- name: districts
-- Each district, day, product and place in the course against its records.
select 'district' as what, coalesce(e.key, f.key) as key, coalesce(e.doses, 0)::bigint as expected, coalesce(f.doses, 0)::bigint as found
  from (select concat_ws(' ', ltree2text(subpath(a.path, 3, 1)), (d.occurred_at at time zone 'Asia/Ho_Chi_Minh')::date, d.product,
                         d.dose_role, d.ordinal) as key, sum(d.sign) as doses
          from countable_dose d join area a on a.area_id = d.area_id group by 1 having sum(d.sign) <> 0) e
  full join (select concat_ws(' ', district_code, day, product, dose_role, ordinal) as key, sum(doses) as doses
               from rollup_district_day group by 1 having sum(doses) <> 0) f on f.key = e.key
 where coalesce(e.doses, 0) <> coalesce(f.doses, 0)
 order by 2 limit 100;

-- name: provinces
-- Provinces against the sum of their districts, to the age band.
select 'province' as what, coalesce(e.key, f.key) as key, coalesce(e.doses, 0)::bigint as expected, coalesce(f.doses, 0)::bigint as found
  from (select concat_ws(' ', province_code, day, product, dose_role, ordinal, band) as key, sum(doses) as doses
          from rollup_district_day group by 1 having sum(doses) <> 0) e
  full join (select concat_ws(' ', province_code, day, product, dose_role, ordinal, band) as key, doses
               from rollup_province_day where doses <> 0) f on f.key = e.key
 where coalesce(e.doses, 0) <> coalesce(f.doses, 0)
 order by 2 limit 100;

-- name: hours
-- Hours of a province against the hours of its sites.
select 'hour' as what, coalesce(e.key, f.key) as key, coalesce(e.doses, 0)::bigint as expected, coalesce(f.doses, 0)::bigint as found
  from (select concat_ws(' ', ltree2text(subpath(a.path, 2, 1)), r.day, r.hour) as key, sum(r.doses) as doses
          from rollup_place_hour r join place p on p.place_id = r.place_id join area a on a.area_id = p.area_id
         group by 1 having sum(r.doses) <> 0) e
  full join (select concat_ws(' ', province_code, day, hour) as key, doses from rollup_province_hour where doses <> 0) f on f.key = e.key
 where coalesce(e.doses, 0) <> coalesce(f.doses, 0)
 order by 2 limit 100;

-- name: reached
-- Ages, sexes, priority groups, distances and ethnic groups each sum to the doses of a province, and of the nation (VN).
select coalesce(e.kind, f.kind) as what, coalesce(e.key, f.key) as key, coalesce(e.doses, 0)::bigint as expected, coalesce(f.doses, 0)::bigint as found
  from (select kinds.kind, concat_ws(' ', coalesce(province_code, 'VN'), dose_role, ordinal, completes) as key, sum(doses) as doses
          from rollup_province_day cross join (values ('age'), ('sex'), ('group'), ('distance'), ('ethnicity')) as kinds(kind)
         group by grouping sets ((kinds.kind, province_code, dose_role, ordinal, completes), (kinds.kind, dose_role, ordinal, completes))
        having sum(doses) <> 0) e
  full join (select kind, concat_ws(' ', area_code, dose_role, ordinal, completes) as key, sum(doses) as doses
               from rollup_reached group by 1, 2 having sum(doses) <> 0) f on (f.kind, f.key) = (e.kind, e.key)
 where coalesce(e.doses, 0) <> coalesce(f.doses, 0)
 order by 1, 2 limit 100;

-- name: clocks
-- The days given on both clocks sum to the days of the provinces.
select 'recorded' as what, coalesce(e.key, f.key) as key, coalesce(e.doses, 0)::bigint as expected, coalesce(f.doses, 0)::bigint as found
  from (select concat_ws(' ', province_code, day) as key, sum(doses) as doses from rollup_province_day group by 1 having sum(doses) <> 0) e
  full join (select concat_ws(' ', province_code, day) as key, sum(doses) as doses from rollup_recorded group by 1 having sum(doses) <> 0) f
    on f.key = e.key
 where coalesce(e.doses, 0) <> coalesce(f.doses, 0)
 order by 2 limit 100;

-- name: communes
-- Each commune, day, product and role against its records.
select 'commune' as what, coalesce(e.key, f.key) as key, coalesce(e.doses, 0)::bigint as expected, coalesce(f.doses, 0)::bigint as found
  from (select concat_ws(' ', a.code, (d.occurred_at at time zone 'Asia/Ho_Chi_Minh')::date, d.product, d.dose_role) as key,
               sum(d.sign) as doses
          from countable_dose d join area a on a.area_id = d.area_id group by 1 having sum(d.sign) <> 0) e
  full join (select concat_ws(' ', commune_code, day, product, dose_role) as key, doses
               from rollup_commune_day where doses <> 0) f on f.key = e.key
 where coalesce(e.doses, 0) <> coalesce(f.doses, 0)
 order by 2 limit 100;

-- name: channels
-- How people came, by province and day, against the records.
select 'channel' as what, coalesce(e.key, f.key) as key, coalesce(e.doses, 0)::bigint as expected, coalesce(f.doses, 0)::bigint as found
  from (select concat_ws(' ', ltree2text(subpath(a.path, 2, 1)), (d.occurred_at at time zone 'Asia/Ho_Chi_Minh')::date,
                         coalesce(came.channel, 'unknown')) as key, sum(d.sign) as doses
          from countable_dose d
          join area a on a.area_id = d.area_id
          left join dose_channel came using (person_id, immunization_id, version)
         group by 1 having sum(d.sign) <> 0) e
  full join (select concat_ws(' ', province_code, day, channel) as key, doses from rollup_channel_day where doses <> 0) f on f.key = e.key
 where coalesce(e.doses, 0) <> coalesce(f.doses, 0)
 order by 2 limit 100;

-- name: district_groups
-- Priority groups, ages and sexes of a district sum to its doses of the day.
select 'district group' as what, coalesce(e.key, f.key) as key, coalesce(e.doses, 0)::bigint as expected, coalesce(f.doses, 0)::bigint as found
  from (select concat_ws(' ', district_code, day, dose_role, ordinal, completes) as key, sum(doses) as doses
          from rollup_district_day group by 1 having sum(doses) <> 0) e
  full join (select concat_ws(' ', district_code, day, dose_role, ordinal, completes) as key, sum(doses) as doses
               from rollup_district_group group by 1 having sum(doses) <> 0) f on f.key = e.key
 where coalesce(e.doses, 0) <> coalesce(f.doses, 0)
 order by 2 limit 100;

-- name: province_days
-- A province's day against the finer rollup: doses, first, complete, of adults, additional, booster.
select 'province day' as what, coalesce(e.key, f.key) as key, coalesce(e.doses, 0)::bigint as expected, coalesce(f.doses, 0)::bigint as found
  from (select concat_ws(' ', r.province_code, r.day, kind) as key, sum(r.doses) as doses
          from rollup_province_day r
         cross join lateral (values ('doses', true), ('first', dose_role = 'basic' and ordinal = 1), ('complete', completes),
                                    ('adults_first', dose_role = 'basic' and ordinal = 1 and band = '18+'),
                                    ('adults_complete', completes and band = '18+'), ('additional', dose_role = 'additional'),
                                    ('booster', dose_role = 'booster')) as kinds(kind, holds)
         where holds group by 1 having sum(r.doses) <> 0) e
  full join (select concat_ws(' ', province_code, day, sums.key) as key, sums.value::bigint as doses
               from rollup_province r cross join lateral jsonb_each_text(to_jsonb(r) - '{province_code, day}'::text[]) as sums
              where sums.value <> '0') f on f.key = e.key
 where coalesce(e.doses, 0) <> coalesce(f.doses, 0)
 order by 2 limit 100;

-- name: district_days
-- Districts of a province sum to its day.
select 'district day' as what, coalesce(e.key, f.key) as key, coalesce(e.doses, 0)::bigint as expected, coalesce(f.doses, 0)::bigint as found
  from (select concat_ws(' ', province_code, day, doses, first, complete, adults_first, adults_complete, additional, booster) as key,
               1 as doses
          from rollup_province where (doses, first, complete, additional, booster) <> (0, 0, 0, 0, 0)) e
  full join (select concat_ws(' ', ltree2text(subpath(a.path, 2, 1)), day, sum(doses), sum(first), sum(complete), sum(adults_first),
                              sum(adults_complete), sum(additional), sum(booster)) as key, 1 as doses
               from rollup_district r
               join area a on a.code = r.district_code and a.level = 'district' and a.valid_to = '2025-07-01'
              group by subpath(a.path, 2, 1), day
             having (sum(doses), sum(first), sum(complete), sum(additional), sum(booster)) <> (0, 0, 0, 0, 0)) f on f.key = e.key
 where coalesce(e.doses, 0) <> coalesce(f.doses, 0)
 order by 2 limit 100;

-- name: distances
-- How far people came, by province and place in the course, against the records.
select 'distance' as what, coalesce(e.key, f.key) as key, coalesce(e.doses, 0)::bigint as expected, coalesce(f.doses, 0)::bigint as found
  from (select concat_ws(' ', ltree2text(subpath(a.path, 2, 1)), distance_band(a, place), d.dose_role, d.ordinal) as key, sum(d.sign) as doses
          from countable_dose d
          join area a on a.area_id = d.area_id
          join place on place.place_id = d.place_id
         group by 1 having sum(d.sign) <> 0) e
  full join (select concat_ws(' ', area_code, code, dose_role, ordinal) as key, sum(doses) as doses
               from rollup_reached where kind = 'distance' and area_code <> 'VN' group by 1 having sum(doses) <> 0) f on f.key = e.key
 where coalesce(e.doses, 0) <> coalesce(f.doses, 0)
 order by 2 limit 100;

-- name: nation_days
-- Days of the nation, each of their sums, against those of its provinces.
select 'nation day' as what, coalesce(e.key, f.key) as key, coalesce(e.doses, 0)::bigint as expected, coalesce(f.doses, 0)::bigint as found
  from (select concat_ws(' ', day, sums.key) as key, sum(sums.value::bigint) as doses
          from rollup_province r cross join lateral jsonb_each_text(to_jsonb(r) - '{province_code, day}'::text[]) as sums
         group by 1 having sum(sums.value::bigint) <> 0) e
  full join (select concat_ws(' ', day, sums.key) as key, sums.value::bigint as doses
               from rollup_nation r cross join lateral jsonb_each_text(to_jsonb(r) - 'day') as sums
              where sums.value <> '0') f on f.key = e.key
 where coalesce(e.doses, 0) <> coalesce(f.doses, 0)
 order by 2 limit 100;

-- name: province_totals
-- A province in all, each of its sums, against its days.
select 'province in all' as what, coalesce(e.key, f.key) as key, coalesce(e.doses, 0)::bigint as expected, coalesce(f.doses, 0)::bigint as found
  from (select concat_ws(' ', province_code, sums.key) as key, sum(sums.value::bigint) as doses
          from rollup_province r cross join lateral jsonb_each_text(to_jsonb(r) - '{province_code, day}'::text[]) as sums
         group by 1 having sum(sums.value::bigint) <> 0) e
  full join (select concat_ws(' ', province_code, sums.key) as key, sums.value::bigint as doses
               from rollup_province_total r cross join lateral jsonb_each_text(to_jsonb(r) - 'province_code') as sums
              where sums.value <> '0') f on f.key = e.key
 where coalesce(e.doses, 0) <> coalesce(f.doses, 0)
 order by 2 limit 100;

-- name: site_totals
-- A site in all against its hours.
select 'site in all' as what, coalesce(e.key, f.key) as key, coalesce(e.doses, 0)::bigint as expected, coalesce(f.doses, 0)::bigint as found
  from (select place_id::text as key, sum(doses) as doses from rollup_place_hour group by 1 having sum(doses) <> 0) e
  full join (select place_id::text as key, doses from rollup_place_total where doses <> 0) f on f.key = e.key
 where coalesce(e.doses, 0) <> coalesce(f.doses, 0)
 order by 2 limit 100;
