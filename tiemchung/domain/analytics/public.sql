-- What everybody may read beside the rollups of areas: a district, products by dose, months, reactions, revisions.

-- name: district
-- A district of the campaign with the province and region that it lies in, and its people of 18 and older.
select a.code, a.name, a.name_en, a.path::text as path, coalesce(p.people, 0) as adults,
       above.code as province_code, above.name as province_name, above.name_en as province_name_en
  from area a
  join area above on above.level = 'province' and above.valid_to = '2025-07-01' and above.path @> a.path
  left join area_population p on p.area_code = a.code and p.year = 2021 and p.band = '18+'
 where a.code = :code and a.level = 'district' and a.valid_to = '2025-07-01';

-- name: district_totals
select coalesce(sum(doses), 0)::bigint as doses, coalesce(sum(first), 0)::bigint as first, coalesce(sum(complete), 0)::bigint as complete,
       coalesce(sum(adults_first), 0)::bigint as adults_first, coalesce(sum(adults_complete), 0)::bigint as adults_complete,
       coalesce(sum(additional), 0)::bigint as additional, coalesce(sum(booster), 0)::bigint as booster,
       coalesce(sum(doses) filter (where day = :day), 0)::bigint as today
  from rollup_district where district_code = :code and day <= :day;

-- name: district_days
select day, doses::bigint as doses from rollup_district where district_code = :code and day <= :day order by day;

-- name: products
-- Doses of each product by their place in the course, up to a day.
select p.code, p.short_name as name,
       coalesce(sum(r.doses) filter (where r.dose_role = 'basic' and r.ordinal = 1), 0)::bigint as first,
       coalesce(sum(r.doses) filter (where r.dose_role = 'basic' and r.ordinal > 1), 0)::bigint as later,
       coalesce(sum(r.doses) filter (where r.dose_role = 'additional'), 0)::bigint as additional,
       coalesce(sum(r.doses) filter (where r.dose_role = 'booster'), 0)::bigint as booster,
       sum(r.doses)::bigint as doses
  from rollup_province_day r join product p on p.code = r.product
 where r.day <= :day
 group by p.code, p.short_name
having sum(r.doses) <> 0
 order by sum(r.doses) desc, p.code;

-- name: months
-- Doses of each month, and all doses by its end.
select month, doses, sum(doses) over (order by month)::bigint as until
  from (select date_trunc('month', day)::date as month, sum(doses)::bigint as doses
          from rollup_province where day <= :day group by 1) each
 order by month;

-- name: reactions
-- Reports after doses, by sign: a report counts once for each sign that it names.
select sign as code, count(*)::int as reports
  from aefi_report r cross join lateral unnest(r.signs || r.dangers) as sign
 group by sign order by 2 desc, 1;

-- name: reported
-- All reports and cases, with what the cases came to.
select (select count(*) from aefi_report)::int as reports,
       (select count(*) from aefi_report where cardinality(dangers) > 0)::int as dangers,
       count(*)::int as cases, count(*) filter (where serious is not null)::int as serious,
       count(*) filter (where serious is not null and status <> 'closed')::int as open,
       count(*) filter (where causality in ('A1', 'A2'))::int as vaccine,
       count(*) filter (where causality = 'A3')::int as error,
       count(*) filter (where causality = 'A4')::int as anxiety,
       count(*) filter (where causality in ('B1', 'B2'))::int as indeterminate,
       count(*) filter (where causality = 'C')::int as coincidental,
       count(*) filter (where causality = 'D')::int as unclassified
  from aefi_case_now;

-- name: revisions
-- Days on which figures of days before were changed: what came late, what a later version added, what was taken back.
select recorded_on, min(day) as from_day, max(day) as until_day,
       coalesce(sum(doses) filter (where entry = 'recorded'), 0)::bigint as late,
       coalesce(sum(doses) filter (where entry = 'corrected'), 0)::bigint as corrected,
       coalesce(-sum(doses) filter (where entry = 'taken_back'), 0)::bigint as taken_back
  from rollup_recorded
 where day < recorded_on
 group by recorded_on
having sum(abs(doses)) > 0
 order by recorded_on desc
 limit :most;
