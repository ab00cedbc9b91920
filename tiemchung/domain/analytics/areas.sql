-- From the nation down to the rows: areas below an area, places of an area, sessions and doses of a place.

-- name: provinces
-- The provinces of the campaign's days.
select a.code, a.name, a.name_en, 'province' as level, a.path::text as path, coalesce(everybody.people, 0) as people,
       coalesce(adults.people, 0) as adults, t.*
  from area a
  left join area_population everybody on everybody.area_code = a.code and everybody.year = 2021 and everybody.band = 'all'
  left join area_population adults on adults.area_code = a.code and adults.year = 2021 and adults.band = '18+'
 cross join lateral (
    select coalesce(sum(doses), 0)::bigint as doses, coalesce(sum(adults_first), 0)::bigint as first,
           coalesce(sum(adults_complete), 0)::bigint as complete, coalesce(sum(complete), 0)::bigint as complete_all,
           coalesce(sum(booster), 0)::bigint as booster,
           coalesce(sum(doses) filter (where day > :day::date - 7), 0)::bigint as week,
           coalesce(sum(doses) filter (where day = :day), 0)::bigint as today
      from rollup_province where province_code = a.code and day <= :day) t
 where a.level = 'province' and a.valid_to = '2025-07-01' and (:code::text is null or a.code = :code)
 order by a.code;

-- name: successors
-- The 34 provinces since 01/07/2025, each with those that it took over from.
select n.code, n.name, n.name_en, n.path::text as path, array_agg(s.from_code order by s.from_code) as former
  from area n
  join area_succession s on s.to_code = n.code
  join area a on a.code = s.from_code and a.level = 'province' and a.valid_to = '2025-07-01'
 where n.level = 'province' and n.valid_to is null
 group by n.code, n.name, n.name_en, n.path
 order by n.code;

-- name: districts
-- The districts of a province.
select a.code, a.name, a.name_en, 'district' as level, a.path::text as path, 0 as people, coalesce(adults.people, 0) as adults, t.*
  from area a
  left join area_population adults on adults.area_code = a.code and adults.year = 2021 and adults.band = '18+'
 cross join lateral (
    select coalesce(sum(doses), 0)::bigint as doses, coalesce(sum(adults_first), 0)::bigint as first,
           coalesce(sum(adults_complete), 0)::bigint as complete, coalesce(sum(complete), 0)::bigint as complete_all,
           coalesce(sum(booster), 0)::bigint as booster,
           coalesce(sum(doses) filter (where day > :day::date - 7), 0)::bigint as week,
           coalesce(sum(doses) filter (where day = :day), 0)::bigint as today
      from rollup_district where district_code = a.code and day <= :day) t
 where a.level = 'district' and a.valid_to = '2025-07-01' and a.path <@ :path::text::ltree
 order by a.code;

-- name: communes
-- The communes of a district: doses by role; nobody counts their people by age.
select a.code, a.name, a.name_en, 'commune' as level, a.path::text as path, 0 as people, 0 as adults, t.*
  from area a
 cross join lateral (
    select coalesce(sum(doses), 0)::bigint as doses, 0::bigint as first, 0::bigint as complete, 0::bigint as complete_all,
           coalesce(sum(doses) filter (where dose_role = 'booster'), 0)::bigint as booster,
           coalesce(sum(doses) filter (where day > :day::date - 7), 0)::bigint as week,
           coalesce(sum(doses) filter (where day = :day), 0)::bigint as today
      from rollup_commune_day where commune_code = a.code and day <= :day) t
 where a.level = 'commune' and a.valid_to = '2025-07-01' and a.path <@ :path::text::ltree
 order by a.code;

-- name: area
select a.code, a.name, a.name_en, a.level, a.path::text as path
  from area a where a.code = :code and a.level in ('province', 'district', 'commune') and a.valid_to = '2025-07-01';

-- name: above
-- The areas that an area lies in, from the province down.
select a.code, a.name, a.name_en, a.level, a.path::text as path
  from area a
 where a.path @> :path::text::ltree and a.path <> :path::text::ltree and a.level in ('province', 'district') and a.valid_to = '2025-07-01'
 order by nlevel(a.path);

-- name: places
-- The sites of an area: doses given there in all (all but those of the days after), in a week, on the day, and the last day with one.
select s.place_id, s.code, s.name, s.kind, s.tables, s.doses, s.week, s.today,
       (select r.day from rollup_place_hour r where r.place_id = s.place_id and r.day <= :day and r.doses > 0
         order by r.day desc limit 1) as last_day,
       exists (select from session where session.place_id = s.place_id and session.status = 'open') as open
  from (select p.place_id, p.code, p.name, p.kind, p.tables, (coalesce(r.doses, 0) - t.later)::bigint as doses, t.week, t.today
          from place p
          join area a on a.area_id = p.area_id
          left join rollup_place_total r on r.place_id = p.place_id
         cross join lateral (
               select coalesce(sum(doses) filter (where day > :day), 0)::bigint as later,
                      coalesce(sum(doses) filter (where day <= :day), 0)::bigint as week,
                      coalesce(sum(doses) filter (where day = :day), 0)::bigint as today
                 from rollup_place_hour h where h.place_id = p.place_id and h.day > :day::date - 7) t
         where a.path <@ :path::text::ltree and p.kind in ('station', 'hospital', 'clinic', 'mobile_team') and p.closed_on is null
         order by t.week desc, doses desc, p.code
         limit :most) s
 order by s.week desc, s.doses desc, s.code;

-- name: place
select p.place_id, p.code, p.name, p.kind, p.address, p.head, p.tables, p.seats, a.path::text as path
  from place p join area a on a.area_id = p.area_id
 where p.place_id = :place_id;

-- name: sessions
-- The sessions of a place that began in a month: people expected and received, doses recorded, doses that left their vials, the signature.
select s.session_id, s.starts_at, s.ends_at, s.status, s.tables, p.short_name as product,
       (select count(*) from appointment t where t.place_id = s.place_id and t.session_id = s.session_id
           and t.channel <> 'walk_in' and t.status in ('booked', 'checked_in', 'done', 'no_show'))::int as expected,
       (select count(*) from visit v where v.place_id = s.place_id and v.session_id = s.session_id)::int as received,
       t.recorded, t.drawn,
       exists (select from site_signature g where g.place_id = s.place_id and g.session_id = s.session_id) as signed
  from session s join product p on p.code = s.product
  join session_tally t on t.place_id = s.place_id and t.session_id = s.session_id
 where s.place_id = :place_id and s.starts_at > :at::timestamptz - interval '31 days' and s.starts_at < :at::timestamptz + interval '1 day'
 order by s.starts_at desc;

-- name: doses
-- The doses of a session that count, without a name: when, which, by whom, when it was written.
select i.immunization_id, i.occurred_at, i.recorded_at, p.short_name as product, l.number as lot, i.dose_role, i.ordinal, i.source,
       i.version, s.name as by_name, coalesce(c.channel, 'unknown') as channel
  from immunization i
  join product p on p.code = i.product
  left join lot l on l.lot_id = i.lot_id
  left join staff s on s.staff_id = i.staff_id
  left join dose_channel c using (person_id, immunization_id, version)
 where i.place_id = :place_id and i.session_id = :session_id and i.status = 'completed'
   and not exists (select from immunization n where n.person_id = i.person_id and n.immunization_id = i.immunization_id
                      and n.version > i.version)
 order by i.occurred_at
 limit :most;

-- name: completed_a_day
-- People who completed a basic course in each of the last fourteen days, of 18 and older and of all ages; one province or the nation.
select d.day::date as day, coalesce(sum(r.adults_complete), 0)::bigint as adults, coalesce(sum(r.complete), 0)::bigint as everybody
  from generate_series(:day::date - 13, :day::date, interval '1 day') as d(day)
  left join rollup_province r on r.day = d.day and (:province::text is null or r.province_code = :province)
 group by d.day order by d.day;
