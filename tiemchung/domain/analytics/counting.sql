-- name: add
-- Doses of a batch, added (or, with −1, taken away) on every level at once. Places of residence come from the dated area.
with told as materialized (
    select d.*, (d.occurred_at at time zone 'Asia/Ho_Chi_Minh')::date as day
      from jsonb_to_recordset(:doses::jsonb) as d(
               person_id uuid, immunization_id uuid, version smallint, place_id uuid, area_id int, occurred_at timestamptz, recorded_at timestamptz, product text, dose_role text, ordinal smallint,
               sex text, birth_year int, priority_group_id smallint, sign int)),
-- Which dose ends a basic course: what the engine said of the schedule in force on the day of the dose.
ends as materialized (
    select days.day, c.product, c.number
      from (select distinct told.day, p.disease from told join product p on p.code = told.product) days
      join schedule_course c on c.rule_set_id = schedule_on(days.disease, days.day) and c.completes),
dose as (
    select d.place_id, d.day,
           extract(hour from d.occurred_at at time zone 'Asia/Ho_Chi_Minh')::smallint as hour,
           d.recorded_at, (d.recorded_at at time zone 'Asia/Ho_Chi_Minh')::date as recorded_on,
           d.product, d.dose_role, d.ordinal, d.version, d.sex, coalesce(d.priority_group_id, 0) as priority_group_id, d.sign,
           extract(year from d.occurred_at at time zone 'Asia/Ho_Chi_Minh') - d.birth_year as age,
           ltree2text(subpath(a.path, 2, 1)) as province_code, ltree2text(subpath(a.path, 3, 1)) as district_code, a.code as commune_code,
           ltree2text(subpath(site.path, 2, 1)) as site_province, coalesce(came.channel, 'unknown') as channel,
           distance_band(a, place) as distance, coalesce(person.ethnic_group, 'unknown') as ethnic_group,
           d.dose_role = 'basic' and (d.day, d.product, d.ordinal) in (select day, product, number from ends) as completes
      from told d
      join area a on a.area_id = d.area_id
      join place on place.place_id = d.place_id
      join area site on site.area_id = place.area_id
      left join dose_channel came using (person_id, immunization_id, version)
      left join person on person.person_id = d.person_id),
banded as (
    select dose.*, case when age >= 18 then '18+' when age >= 12 then '12-17' when age >= 5 then '5-11' else '0-4' end as band,
           case when age >= 65 then '65+' when age >= 50 then '50-64' when age >= 18 then '18-49' when age >= 12 then '12-17'
                when age >= 5 then '5-11' else '0-4' end as age_band
      from dose),
tally as (
    select province_code, district_code, day, sum(sign) as doses,
           coalesce(sum(sign) filter (where dose_role = 'basic' and ordinal = 1), 0) as first,
           coalesce(sum(sign) filter (where completes), 0) as complete,
           coalesce(sum(sign) filter (where dose_role = 'basic' and ordinal = 1 and band = '18+'), 0) as adults_first,
           coalesce(sum(sign) filter (where completes and band = '18+'), 0) as adults_complete,
           coalesce(sum(sign) filter (where dose_role = 'additional'), 0) as additional,
           coalesce(sum(sign) filter (where dose_role = 'booster'), 0) as booster
      from banded group by 1, 2, 3),
by_province_alone as (
    insert into rollup_province as r (province_code, day, doses, first, complete, adults_first, adults_complete, additional, booster)
    select province_code, day, sum(doses), sum(first), sum(complete), sum(adults_first), sum(adults_complete), sum(additional), sum(booster)
      from tally group by 1, 2 order by 1, 2
    on conflict (province_code, day) do update
              set doses = r.doses + excluded.doses, first = r.first + excluded.first, complete = r.complete + excluded.complete,
                  adults_first = r.adults_first + excluded.adults_first, adults_complete = r.adults_complete + excluded.adults_complete,
                  additional = r.additional + excluded.additional, booster = r.booster + excluded.booster),
by_nation_alone as (
    insert into rollup_nation as r (day, doses, first, complete, adults_first, adults_complete, additional, booster)
    select day, sum(doses), sum(first), sum(complete), sum(adults_first), sum(adults_complete), sum(additional), sum(booster)
      from tally group by 1 order by 1
    on conflict (day) do update
              set doses = r.doses + excluded.doses, first = r.first + excluded.first, complete = r.complete + excluded.complete,
                  adults_first = r.adults_first + excluded.adults_first, adults_complete = r.adults_complete + excluded.adults_complete,
                  additional = r.additional + excluded.additional, booster = r.booster + excluded.booster),
by_province_in_all as (
    insert into rollup_province_total as r (province_code, doses, first, complete, adults_first, adults_complete, additional, booster)
    select province_code, sum(doses), sum(first), sum(complete), sum(adults_first), sum(adults_complete), sum(additional), sum(booster)
      from tally group by 1 order by 1
    on conflict (province_code) do update
              set doses = r.doses + excluded.doses, first = r.first + excluded.first, complete = r.complete + excluded.complete,
                  adults_first = r.adults_first + excluded.adults_first, adults_complete = r.adults_complete + excluded.adults_complete,
                  additional = r.additional + excluded.additional, booster = r.booster + excluded.booster),
by_district_alone as (
    insert into rollup_district as r (district_code, day, doses, first, complete, adults_first, adults_complete, additional, booster)
    select district_code, day, sum(doses), sum(first), sum(complete), sum(adults_first), sum(adults_complete), sum(additional), sum(booster)
      from tally group by 1, 2 order by 1, 2
    on conflict (district_code, day) do update
              set doses = r.doses + excluded.doses, first = r.first + excluded.first, complete = r.complete + excluded.complete,
                  adults_first = r.adults_first + excluded.adults_first, adults_complete = r.adults_complete + excluded.adults_complete,
                  additional = r.additional + excluded.additional, booster = r.booster + excluded.booster),
by_place as (
    insert into rollup_place_hour as r (place_id, day, hour, product, doses)
    select place_id, day, hour, product, sum(sign) from dose group by 1, 2, 3, 4 order by 1, 2, 3, 4
    on conflict (place_id, day, hour, product) do update set doses = r.doses + excluded.doses),
by_place_in_all as (
    insert into rollup_place_total as r (place_id, doses)
    select place_id, sum(sign) from dose group by 1 order by 1
    on conflict (place_id) do update set doses = r.doses + excluded.doses),
by_province_hour as (
    insert into rollup_province_hour as r (province_code, day, hour, doses)
    select site_province, day, hour, sum(sign) from dose group by 1, 2, 3 order by 1, 2, 3
    on conflict (province_code, day, hour) do update set doses = r.doses + excluded.doses),
by_district as (
    insert into rollup_district_day as r (district_code, province_code, day, product, dose_role, ordinal, band, completes, doses)
    select district_code, min(province_code), day, product, dose_role, ordinal, band, bool_or(completes), sum(sign) from banded
     group by 1, 3, 4, 5, 6, 7 order by 1, 3, 4, 5, 6, 7
    on conflict (district_code, day, product, dose_role, ordinal, band) do update set doses = r.doses + excluded.doses),
by_province as (
    insert into rollup_province_day as r (province_code, day, product, dose_role, ordinal, band, completes, doses)
    select province_code, day, product, dose_role, ordinal, band, bool_or(completes), sum(sign) from banded
     group by 1, 2, 3, 4, 5, 6 order by 1, 2, 3, 4, 5, 6
    on conflict (province_code, day, product, dose_role, ordinal, band) do update set doses = r.doses + excluded.doses),
by_commune as (
    insert into rollup_commune_day as r (commune_code, day, product, dose_role, doses)
    select commune_code, day, product, dose_role, sum(sign) from dose group by 1, 2, 3, 4 order by 1, 2, 3, 4
    on conflict (commune_code, day, product, dose_role) do update set doses = r.doses + excluded.doses),
by_channel as (
    insert into rollup_channel_day as r (province_code, day, channel, doses)
    select province_code, day, channel, sum(sign) from dose group by 1, 2, 3 order by 1, 2, 3
    on conflict (province_code, day, channel) do update set doses = r.doses + excluded.doses),
by_district_group as (
    insert into rollup_district_group as r
           (district_code, day, priority_group_id, age_band, sex, dose_role, ordinal, completes, doses)
    select district_code, day, priority_group_id, age_band, sex, dose_role, ordinal, completes, sum(sign) from banded
     group by 1, 2, 3, 4, 5, 6, 7, 8 order by 1, 2, 3, 4, 5, 6, 7, 8
    on conflict (district_code, day, priority_group_id, age_band, sex, dose_role, ordinal, completes)
       do update set doses = r.doses + excluded.doses),
by_both_clocks as (
    insert into rollup_recorded as r (province_code, recorded_on, day, entry, doses)
    select province_code, recorded_on, day, case when sign < 0 then 'taken_back' when version > 1 then 'corrected' else 'recorded' end, sum(sign)
      from dose group by 1, 2, 3, 4 order by 1, 2, 3, 4
    on conflict (province_code, recorded_on, day, entry) do update set doses = r.doses + excluded.doses),
by_minute as (
    insert into rollup_minute as r (minute, province_code, doses)
    select date_trunc('minute', recorded_at), site_province, sum(sign) from dose
     where recorded_at > :at::timestamptz - interval '1 day' group by 1, 2 order by 1, 2
    on conflict (minute, province_code) do update set doses = r.doses + excluded.doses),
changed as (
    update rollup_version set version = version + 1, counted_at = :at where name = 'doses')
insert into rollup_reached as r (area_code, kind, code, dose_role, ordinal, completes, doses)
select coalesce(province_code, 'VN') as area_code, k.kind, k.code, dose_role, ordinal, completes, sum(sign)
  from banded
 cross join lateral (values ('age', age_band), ('sex', sex), ('group', priority_group_id::text), ('distance', distance),
                            ('ethnicity', ethnic_group)) as k(kind, code)
 group by grouping sets ((province_code, k.kind, k.code, dose_role, ordinal, completes), (k.kind, k.code, dose_role, ordinal, completes))
 order by 1, 2, 3, 4, 5, 6
on conflict (area_code, kind, code, dose_role, ordinal, completes) do update set doses = r.doses + excluded.doses;

-- name: forget_minutes
-- The pace of now needs no minutes older than a day.
delete from rollup_minute where minute < :at::timestamptz - interval '1 day';

-- name: version
-- How often the figures have changed.
select version from rollup_version where name = 'doses';

-- name: behind
-- Seconds since the oldest event that the figures have not counted; 0 when they have counted all, or the clock went back.
select greatest(coalesce(extract(epoch from :at::timestamptz - min(e.recorded_at)), 0), 0)::float8 as seconds
  from event e where e.tx >= (select watermark from follower where name = 'figures') and e.kind = any(:kinds);

-- name: count_operations
-- What goes on now, by province: a site was heard if its session opened, or somebody came or got a dose, within half an hour; it may hold acts
-- unsent if a device in use was silent for so long.
with site as (
    select p.place_id, ltree2text(subpath(a.path, 2, 1)) as province_code,
           p.closed_on is null and p.kind in ('station', 'hospital', 'clinic', 'mobile_team') as works
      from place p join area a on a.area_id = p.area_id where nlevel(a.path) > 2),
open_place as (
    select o.place_id, o.province_code, bool_or(o.opened_at > :at::timestamptz - interval '30 minutes'
                                                or v.heard_at > :at::timestamptz - interval '30 minutes') as heard,
           bool_or(o.opened_at < :at::timestamptz - interval '30 minutes')
               and exists (select from device d where d.place_id = o.place_id and d.revoked_at is null
                                                  and d.seen_at < :at::timestamptz - interval '30 minutes') as unsent,
           sum(v.waiting) as waiting, sum(v.waited) as waited, sum(v.waited_seconds) as waited_seconds
      from (select s.place_id, s.session_id, s.opened_at, site.province_code
              from session s join site using (place_id) where s.status = 'open') o
     cross join lateral (
           select count(*) filter (where step in ('screening', 'injection')) as waiting, max(greatest(checked_in_at, injected_at)) as heard_at,
                  count(*) filter (where injected_at > :at::timestamptz - interval '1 hour') as waited,
                  coalesce(extract(epoch from sum(injected_at - checked_in_at) filter (where injected_at > :at::timestamptz - interval '1 hour')), 0)
                      as waited_seconds
             from visit where visit.place_id = o.place_id and visit.session_id = o.session_id) v
     group by o.place_id, o.province_code)
insert into operation_now (province_code, sites, sites_open, sites_heard, sites_unsent, sessions, waiting, waited, waited_seconds, to_approve, looked_at)
select a.code, coalesce(working.sites, 0), coalesce(now.sites_open, 0), coalesce(now.heard, 0), coalesce(now.unsent, 0), coalesce(today.sessions, 0),
       coalesce(now.waiting, 0), coalesce(now.waited, 0), coalesce(now.waited_seconds, 0), coalesce(pending.people, 0), :at
  from area a
  left join (select province_code, count(*) as sites from site where works group by 1) working on working.province_code = a.code
  left join (select province_code, count(*) as sites_open, count(*) filter (where heard) as heard, count(*) filter (where unsent) as unsent,
                    sum(waiting) as waiting, sum(waited) as waited, sum(waited_seconds) as waited_seconds
               from open_place group by 1) now on now.province_code = a.code
  left join (select site.province_code, count(*) as sessions
               from session s join site using (place_id)
              where s.starts_at >= :starts and s.starts_at < :ends and s.status <> 'cancelled' group by 1) today on today.province_code = a.code
  left join (select province_code, count(*) as people from registration where status = 'registered' group by 1) pending
         on pending.province_code = a.code
 where a.level = 'province' and a.valid_to = '2025-07-01'
on conflict (province_code) do update
          set sites = excluded.sites, sites_open = excluded.sites_open, sites_heard = excluded.sites_heard, sites_unsent = excluded.sites_unsent,
              sessions = excluded.sessions, waiting = excluded.waiting, waited = excluded.waited, waited_seconds = excluded.waited_seconds,
              to_approve = excluded.to_approve, looked_at = excluded.looked_at;
