-- name: add
-- Doses of a batch, added (or, with −1, taken away) on every level at once. Places of residence come from the dated area.
with dose as (
    select d.place_id, d.area_id, d.at, (d.at at time zone 'Asia/Ho_Chi_Minh')::date as day,
           extract(hour from d.at at time zone 'Asia/Ho_Chi_Minh')::smallint as hour,
           d.product, d.dose_role, d.ordinal, d.sex, d.birth_year, coalesce(d.priority_group_id, 0) as priority_group_id, d.sign,
           ltree2text(subpath(a.path, 2, 1)) as province_code, ltree2text(subpath(a.path, 3, 1)) as district_code,
           d.dose_role = 'basic' and d.ordinal = p.course_doses as completes
      from unnest(:place_ids::uuid[], :area_ids::int[], :ats::timestamptz[], :products::text[], :roles::text[], :ordinals::smallint[],
                  :sexes::text[], :birth_years::int[], :groups::smallint[], :signs::int[])
             as d(place_id, area_id, at, product, dose_role, ordinal, sex, birth_year, priority_group_id, sign)
      join area a on a.area_id = d.area_id
      join product p on p.code = d.product),
by_place as (
    insert into rollup_place_hour as r (place_id, day, hour, product, doses)
    select place_id, day, hour, product, sum(sign) from dose group by 1, 2, 3, 4 order by 1, 2, 3, 4
    on conflict (place_id, day, hour, product) do update set doses = r.doses + excluded.doses),
by_district as (
    insert into rollup_district_day as r (district_code, province_code, day, product, dose_role, ordinal, completes, doses)
    select district_code, min(province_code), day, product, dose_role, ordinal, bool_or(completes), sum(sign) from dose
     group by 1, 3, 4, 5, 6 order by 1, 3, 4, 5, 6
    on conflict (district_code, day, product, dose_role, ordinal) do update set doses = r.doses + excluded.doses),
by_province as (
    insert into rollup_province_day as r (province_code, day, product, dose_role, ordinal, completes, doses)
    select province_code, day, product, dose_role, ordinal, bool_or(completes), sum(sign) from dose
     group by 1, 2, 3, 4, 5 order by 1, 2, 3, 4, 5
    on conflict (province_code, day, product, dose_role, ordinal) do update set doses = r.doses + excluded.doses)
insert into rollup_group as r (province_code, priority_group_id, age_band, sex, dose_role, ordinal, completes, doses)
select province_code, priority_group_id,
       case when extract(year from at) - birth_year >= 65 then '65+' when extract(year from at) - birth_year >= 50 then '50-64'
            when extract(year from at) - birth_year >= 18 then '18-49' when extract(year from at) - birth_year >= 12 then '12-17'
            else '5-11' end as age_band,
       sex, dose_role, ordinal, completes, sum(sign)
  from dose group by 1, 2, 3, 4, 5, 6, 7 order by 1, 2, 3, 4, 5, 6, 7
on conflict (province_code, priority_group_id, age_band, sex, dose_role, ordinal, completes) do update set doses = r.doses + excluded.doses;

-- name: totals
-- The nation or one province (null: all) up to and with a day.
select coalesce(sum(doses), 0)::bigint as doses,
       coalesce(sum(doses) filter (where dose_role = 'basic' and ordinal = 1), 0)::bigint as first,
       coalesce(sum(doses) filter (where completes), 0)::bigint as complete,
       coalesce(sum(doses) filter (where dose_role = 'additional'), 0)::bigint as additional,
       coalesce(sum(doses) filter (where dose_role = 'booster'), 0)::bigint as booster,
       coalesce(sum(doses) filter (where day = :day), 0)::bigint as today
  from rollup_province_day
 where day <= :day and (:province::text is null or province_code = :province);

-- name: last_day
select max(day) as day from rollup_province_day where doses > 0;

-- name: by_day
select day, sum(doses)::bigint as doses from rollup_province_day
 where :province::text is null or province_code = :province
 group by day order by day;

-- name: by_day_product
select day, province_code, product, dose_role, ordinal, doses from rollup_province_day order by day, province_code, product, dose_role, ordinal;

-- name: by_province
-- Each province with its people: coverage is doses over people, both as they are known.
select a.code, a.name, a.name_en, ltree2text(subpath(a.path, 1, 1)) as region,
       coalesce(all_people.people, 0) as people, coalesce(adults.people, 0) as adults,
       coalesce(r.doses, 0)::bigint as doses, coalesce(r.first, 0)::bigint as first, coalesce(r.complete, 0)::bigint as complete,
       coalesce(r.booster, 0)::bigint as booster
  from area a
  left join area_population all_people on all_people.area_code = a.code and all_people.year = 2021 and all_people.band = 'all'
  left join area_population adults on adults.area_code = a.code and adults.year = 2021 and adults.band = '18+'
  left join (select province_code, sum(doses) as doses, sum(doses) filter (where dose_role = 'basic' and ordinal = 1) as first,
                    sum(doses) filter (where completes) as complete, sum(doses) filter (where dose_role = 'booster') as booster
               from rollup_province_day group by province_code) r on r.province_code = a.code
 where a.level = 'province' and a.valid_to = '2025-07-01'
 order by a.code;

-- name: by_district
select a.code, a.name, a.name_en, coalesce(adults.people, 0) as adults, coalesce(sum(r.doses), 0)::bigint as doses,
       coalesce(sum(r.doses) filter (where r.dose_role = 'basic' and r.ordinal = 1), 0)::bigint as first,
       coalesce(sum(r.doses) filter (where r.completes), 0)::bigint as complete
  from area a
  left join area_population adults on adults.area_code = a.code and adults.year = 2021 and adults.band = '18+'
  left join rollup_district_day r on r.district_code = a.code
 where a.level = 'district' and a.valid_to = '2025-07-01' and ltree2text(subpath(a.path, 2, 1)) = :province
 group by a.code, a.name, a.name_en, adults.people
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
 order by 4 desc;

-- name: by_hour
select hour::int as hour, sum(doses)::bigint as doses from rollup_place_hour where day = :day group by hour order by hour;

-- name: operations
-- Sites and sessions of today, people waiting, and the doses of the last ten minutes.
select (select count(*) from place where kind in ('station', 'hospital', 'clinic', 'mobile_team') and closed_on is null)::int as sites,
       (select count(distinct place_id) from session where status = 'open')::int as sites_open,
       (select count(*) from session where starts_at >= :starts and starts_at < :ends and status <> 'cancelled')::int as sessions,
       (select count(*) from visit v join session s using (place_id, session_id)
         where s.status = 'open' and v.step in ('screening', 'injection'))::int as waiting,
       (select count(*) from registration where status = 'registered')::int as to_approve,
       (select count(*) from event where kind = 'immunization.recorded' and event_id > :since_id)::int as recent;

-- name: days_of_supply
-- How many days each product lasts at the rate of the week before its last day of use.
select p.short_name as name, coalesce(stock.doses, 0)::bigint as doses, coalesce(pace.doses, 0)::float8 / 7 as a_day
  from product p
  left join (select l.product, sum(s.balance) as doses from stock_account s join lot l on l.lot_id = s.lot_id
              where s.state in ('on_hand', 'in_transit') group by l.product) stock on stock.product = p.code
  left join (select product, sum(doses) as doses from rollup_province_day where day > :day::date - 7 and day <= :day::date group by product) pace
         on pace.product = p.code
 where stock.doses > 0
 order by p.short_name;

-- name: raise_unclosed
-- Sessions that are open though their day is over: doses may be given but not recorded.
insert into alert (alert_id, rule, subject, severity, place_id, title, detail, raised_at)
select gen_random_uuid(), 'session_not_closed', s.session_id::text, 'warning', s.place_id, 'Phiên chưa đóng', p.name, :at
  from session s join place p on p.place_id = s.place_id
 where s.status = 'open' and s.ends_at < :at::timestamptz - interval '2 hours'
on conflict do nothing;

-- name: raise_out_of_stock
-- Sites with people invited to an open session and no dose on the shelf or in an open vial.
insert into alert (alert_id, rule, subject, severity, place_id, title, detail, raised_at)
select gen_random_uuid(), 'out_of_stock', s.session_id::text, 'serious', s.place_id, 'Hết vắc xin trong phiên', p.name, :at
  from session s join place p on p.place_id = s.place_id
 where s.status = 'open'
   and not exists (select from stock_account a join lot l on l.lot_id = a.lot_id
                    where a.place_id = s.place_id and l.product = s.product and a.state in ('on_hand', 'opened') and a.balance > 0)
   and exists (select from appointment t where t.place_id = s.place_id and t.session_id = s.session_id and t.status in ('booked', 'checked_in'))
on conflict do nothing;

-- name: raise_late_shipments
insert into alert (alert_id, rule, subject, severity, place_id, title, detail, raised_at)
select gen_random_uuid(), 'shipment_late', s.shipment_id::text, 'warning', s.to_place_id, 'Chuyến vắc xin đến muộn', p.name, :at
  from shipment s join place p on p.place_id = s.to_place_id
 where s.received_at is null and s.expected_at < :at
on conflict do nothing;

-- name: settle
-- What has come right by itself.
update alert set resolved_at = :at, outcome = 'Tự hết'
 where resolved_at is null
   and (   (rule = 'session_not_closed' and exists (select from session s where s.session_id::text = subject and s.status <> 'open'))
        or (rule = 'out_of_stock' and exists (select from session s where s.session_id::text = subject and s.status <> 'open'))
        or (rule = 'shipment_late' and exists (select from shipment s where s.shipment_id::text = subject and s.received_at is not null)));

-- name: alerts
select a.alert_id, a.rule, a.severity, a.title, a.detail, a.raised_at, a.claimed_at, s.name as owner
  from alert a left join staff s on s.staff_id = a.claimed_by
 where a.resolved_at is null
 order by array_position(array['serious', 'warning', 'notice'], a.severity), a.raised_at desc
 limit :most;

-- name: alert_counts
select count(*) filter (where severity = 'serious')::int as serious, count(*) filter (where severity = 'warning')::int as warning,
       count(*) filter (where severity = 'notice')::int as notice
  from alert where resolved_at is null;

-- name: claim
update alert set claimed_by = :by, claimed_at = :at where alert_id = :alert_id and claimed_by is null and resolved_at is null;

-- name: resolve
update alert set resolved_at = :at, outcome = :outcome where alert_id = :alert_id and resolved_at is null and claimed_by = :by;

-- name: version
-- What the figures rest on: it changes when they do.
select watermark::text from follower where name = 'figures';

-- name: prove_total
select 'national' as what, 'doses' as key, (select count(*) from current_dose)::bigint as expected,
       (select coalesce(sum(doses), 0) from rollup_province_day)::bigint as found;

-- name: prove_places
-- Sites whose figures differ from their records.
select 'place' as what, coalesce(e.key, f.key) as key, coalesce(e.doses, 0)::bigint as expected, coalesce(f.doses, 0)::bigint as found
  from (select place_id::text || ' ' || (occurred_at at time zone 'Asia/Ho_Chi_Minh')::date as key, count(*) as doses
          from current_dose group by 1) e
  full join (select place_id::text || ' ' || day as key, sum(doses) as doses from rollup_place_hour group by 1 having sum(doses) <> 0) f
    on f.key = e.key
 where coalesce(e.doses, 0) <> coalesce(f.doses, 0)
 limit 100;

-- name: prove_districts
select 'district' as what, coalesce(e.key, f.key) as key, coalesce(e.doses, 0)::bigint as expected, coalesce(f.doses, 0)::bigint as found
  from (select concat_ws(' ', ltree2text(subpath(a.path, 3, 1)), (d.occurred_at at time zone 'Asia/Ho_Chi_Minh')::date, d.product,
                         d.dose_role, d.ordinal) as key, count(*) as doses
          from current_dose d join area a on a.area_id = d.area_id group by 1) e
  full join (select concat_ws(' ', district_code, day, product, dose_role, ordinal) as key, doses from rollup_district_day where doses <> 0) f
    on f.key = e.key
 where coalesce(e.doses, 0) <> coalesce(f.doses, 0)
 limit 100;

-- name: prove_provinces
-- Provinces against the sum of their districts.
select 'province' as what, coalesce(e.key, f.key) as key, coalesce(e.doses, 0)::bigint as expected, coalesce(f.doses, 0)::bigint as found
  from (select concat_ws(' ', province_code, day, product, dose_role, ordinal) as key, sum(doses) as doses
          from rollup_district_day group by 1 having sum(doses) <> 0) e
  full join (select concat_ws(' ', province_code, day, product, dose_role, ordinal) as key, doses from rollup_province_day where doses <> 0) f
    on f.key = e.key
 where coalesce(e.doses, 0) <> coalesce(f.doses, 0)
 limit 100;
