-- name: counted_at
-- When the figures last changed.
select counted_at from rollup_version where name = 'doses';

-- name: totals
-- The nation, or some provinces together (null: all), up to and with a day: the whole first, without a day, then each day by itself.
with told as (
    select * from rollup_nation where :provinces::text[] is null
    union all
    select day, doses, first, complete, adults_first, adults_complete, additional, booster
      from rollup_province where province_code = any(:provinces))
select day, coalesce(sum(doses), 0)::bigint as doses, coalesce(sum(first), 0)::bigint as first, coalesce(sum(complete), 0)::bigint as complete,
       coalesce(sum(adults_first), 0)::bigint as adults_first, coalesce(sum(adults_complete), 0)::bigint as adults_complete,
       coalesce(sum(additional), 0)::bigint as additional, coalesce(sum(booster), 0)::bigint as booster,
       coalesce(sum(doses) filter (where day = :day), 0)::bigint as today
  from told
 where day <= :day
 group by grouping sets ((), (day))
 order by day nulls first;

-- name: last_day
-- The last day with doses, in the nation or in one province; a day that has not come is none.
select max(day) as day from rollup_province
 where doses > 0 and day <= :today and (:province::text is null or province_code = :province);

-- name: reached_on
-- The first day by whose end so many people of 18 and older, or of all ages, had completed a basic course.
select min(day) as day
  from (select day, sum(case when :adults then adults_complete else complete end) over (order by day) as people
          from rollup_nation) done
 where people >= :people;

-- name: by_province
-- Each province with its people: coverage is doses over people, both as they are known. Up to a day is all without the days after it:
-- the day is mostly the last one.
select a.code, a.name, a.name_en, ltree2text(subpath(a.path, 1, 1)) as region, a.path::text as path,
       coalesce(all_people.people, 0) as people, coalesce(adults.people, 0) as adults,
       coalesce(r.doses, 0)::bigint as doses, coalesce(r.first, 0)::bigint as first, coalesce(r.complete, 0)::bigint as complete,
       coalesce(r.booster, 0)::bigint as booster
  from area a
  left join area_population all_people on all_people.area_code = a.code and all_people.year = 2021 and all_people.band = 'all'
  left join area_population adults on adults.area_code = a.code and adults.year = 2021 and adults.band = '18+'
  left join (select province_code, sum(doses) as doses, sum(adults_first) as first, sum(adults_complete) as complete,
                    sum(booster) as booster
               from (select province_code, doses, adults_first, adults_complete, booster from rollup_province_total
                      union all
                     select province_code, -doses, -adults_first, -adults_complete, -booster
                       from rollup_province where day > :day) told
              group by province_code) r on r.province_code = a.code
 where a.level = 'province' and a.valid_to = '2025-07-01'
 order by a.code;

-- name: by_district
-- Each district of a province with its people of 18 and older.
select a.code, a.name, a.name_en, a.lat, a.lon, coalesce(adults.people, 0) as adults, coalesce(sum(r.doses), 0)::bigint as doses,
       coalesce(sum(r.adults_first), 0)::bigint as first, coalesce(sum(r.adults_complete), 0)::bigint as complete
  from area a
  left join area_population adults on adults.area_code = a.code and adults.year = 2021 and adults.band = '18+'
  left join rollup_district r on r.district_code = a.code and r.day <= :day
 where a.level = 'district' and a.valid_to = '2025-07-01'
   and a.path <@ (select path from area where code = :province and level = 'province' and valid_to = '2025-07-01')
 group by a.code, a.name, a.name_en, a.lat, a.lon, adults.people
 order by a.code;

-- name: regions
select code, name, name_en from area where level = 'region' order by area_id;

-- name: by_product
-- What was received into the country, given, wasted and left, by product: double entry makes the sum come out.
select p.code, p.short_name as name,
       coalesce(-sum(s.balance) filter (where s.state = 'external'), 0)::bigint as received,
       coalesce(sum(s.balance) filter (where s.state = 'administered'), 0)::bigint as given,
       coalesce(sum(s.balance) filter (where s.state in ('wasted', 'lost', 'destroyed')), 0)::bigint as wasted,
       coalesce(sum(s.balance) filter (where s.state in ('on_hand', 'in_transit', 'opened', 'quarantined', 'returned')), 0)::bigint as left
  from product p
  left join lot l on l.product = p.code
  left join stock_account s on s.lot_id = l.lot_id
 group by p.code, p.short_name
having coalesce(sum(abs(s.balance)), 0) > 0
 order by 4 desc, p.code;

-- name: reached
-- People by age of the year, sex, priority group (0: none told), distance from home to the site and ethnic group, in the nation or in
-- one province (null: all). Ages have their people where the population is counted by them, ethnic groups those with a record.
with named as (
    select r.kind, r.dose_role, r.ordinal, r.completes, r.doses,
           case r.kind when 'group' then coalesce(p.code, 0)::text else r.code end as code,
           case r.kind when 'group' then coalesce(p.name, 'Chưa rõ nhóm') when 'ethnicity' then coalesce(e.name, r.code) else r.code end as name,
           case r.kind when 'group' then coalesce(p.name_en, 'No group told') when 'ethnicity' then coalesce(e.name, r.code) else r.code
            end as name_en,
           case r.kind when 'age' then array_position(array['0-4', '5-11', '12-17', '18-49', '50-64', '65+'], r.code)
                       when 'distance' then array_position(array['commune', '0-5', '5-10', '10-20', '20-50', '50+', 'unknown'], r.code)
                       else coalesce(p.code, 0) end as place
      from rollup_reached r
      left join priority_group p on r.kind = 'group' and p.priority_group_id::text = r.code
      left join ethnic_group e on r.kind = 'ethnicity' and e.code = r.code
     where r.area_code = coalesce(:province::text, 'VN'))
select k.kind, k.code, k.name, k.name_en,
       coalesce(sum(k.doses) filter (where k.dose_role = 'basic' and k.ordinal = 1), 0)::bigint as first,
       coalesce(sum(k.doses) filter (where k.completes), 0)::bigint as complete,
       coalesce(sum(k.doses) filter (where k.dose_role = 'additional'), 0)::bigint as additional,
       coalesce(sum(k.doses) filter (where k.dose_role = 'booster'), 0)::bigint as booster,
       case k.kind
            when 'age' then (select sum(p.people)::bigint from area_population p join area a on a.code = p.area_code and a.level = 'province'
                              where p.band = k.code and p.year = 2021 and a.valid_to = '2025-07-01'
                                and (:province::text is null or a.code = :province))
            when 'ethnicity' then (select sum(c.people)::bigint from ethnic_count c
                                    where c.ethnic_group = k.code and (:province::text is null or c.province_code = :province))
       end as people
  from named k
 group by k.kind, k.code, k.name, k.name_en, k.place
 order by k.kind, k.place, k.code;

-- name: by_hour
-- Doses by hour of a day, at the sites of the nation or of one province.
select hour::int as hour, sum(doses)::bigint as doses from rollup_province_hour
 where day = :day and (:province::text is null or province_code = :province)
 group by hour order by hour;

-- name: operations
-- What the last look saw in the nation or in a province, and the doses of the last ten minutes.
select coalesce(sum(sites), 0)::int as sites, coalesce(sum(sites_open), 0)::int as sites_open, coalesce(sum(sites_heard), 0)::int as sites_heard,
       coalesce(sum(sites_unsent), 0)::int as sites_unsent, coalesce(sum(sessions), 0)::int as sessions, coalesce(sum(waiting), 0)::int as waiting,
       (sum(waited_seconds) / nullif(sum(waited), 0) / 60)::float8 as waited_minutes, coalesce(sum(to_approve), 0)::int as to_approve,
       (select coalesce(sum(doses), 0) from rollup_minute
         where minute > :at::timestamptz - interval '10 minutes' and minute <= :at::timestamptz and (:province::text is null or province_code = :province))::int as recent
  from operation_now
 where :province::text is null or province_code = :province;

-- name: late
-- Of the doses recorded in the week up to a day: how many, and how many later than the day after they were given.
select coalesce(sum(doses), 0)::bigint as recorded, coalesce(sum(doses) filter (where recorded_on > day + 1), 0)::bigint as late
  from rollup_recorded
 where entry = 'recorded' and recorded_on > :day::date - 7 and recorded_on <= :day::date and (:province::text is null or province_code = :province);

-- name: days_of_supply
-- How many days each product lasts at the rate of the week before a day, in the nation or at the places of one province.
select p.short_name as name, stock.doses::bigint as doses, coalesce(pace.doses, 0)::float8 / 7 as a_day
  from product p
  join (select l.product, sum(s.balance) as doses
          from stock_account s join lot l on l.lot_id = s.lot_id
         where s.held and (:path::ltree is null
               or s.place_id in (select place.place_id from place join area a using (area_id) where a.path <@ :path::ltree))
         group by l.product) stock on stock.product = p.code
  left join (select product, sum(doses) as doses from rollup_province_day
              where day > :day::date - 7 and day <= :day::date and (:province::text is null or province_code = :province)
              group by product) pace on pace.product = p.code
 order by p.short_name;
