-- name: doses
-- What the open data are made of, before small lines are pooled: every figure of doses is a sum of these lines.
select day, province_code, product, dose_role, ordinal, band, completes, sum(doses)::bigint as doses
  from rollup_province_day
 group by day, province_code, product, dose_role, ordinal, band, completes
having sum(doses) <> 0
 order by day, province_code, product, dose_role, ordinal, band;

-- name: populations
-- The denominators of the provinces and districts of the campaign, with their sources.
select a.code as area_code, a.level, a.name, p.year, p.band, p.people, p.source
  from area_population p join area a on a.code = p.area_code
 where p.year = 2021 and a.level in ('province', 'district') and a.valid_to = '2025-07-01'
 order by a.level desc, a.code, p.band;

-- name: publication_due
-- Whether a day's version is still to be put aside: there are doses, and nothing stands for that day or a later one.
select exists (select from rollup_province_day)
       and not exists (select from publication where published_on >= :published_on) as due;

-- name: put_aside
insert into publication (published_on, name, made_at, lines, sha256, body, withholding)
values (:published_on, :name, :made_at, :lines, :sha256, :body, :withholding)
on conflict (published_on, name) do nothing;

-- name: publications
select published_on, name, made_at, lines, sha256, withholding from publication order by published_on desc, name limit 500;

-- name: publication
select name, withholding, body from publication where published_on = :published_on and name = :name;
