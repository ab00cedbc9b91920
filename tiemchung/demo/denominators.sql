-- name: scaled
select exists (select from area_population where year = 2021 and source like 'demo%') as scaled;

-- name: count_people
-- People of each province and district by age at the end of 2021, in place of the nation's estimates.
with counted as (
    select ltree2text(subpath(a.path, 2, 1)) as province, ltree2text(subpath(a.path, 3, 1)) as district, 2021 - extract(year from p.birth_date) as age
      from person p join area a on a.area_id = p.area_id),
banded as materialized (
    select code, band, count(*) as people
      from (select province as code, age from counted union all select district, age from counted) c
      join (values ('all', 0, 999), ('18+', 18, 999), ('12-17', 12, 17), ('5-11', 5, 11)) as b(band, least, most)
        on c.age between b.least and b.most
     group by code, band)
update area_population p
   set people = coalesce((select b.people from banded b where b.code = p.area_code and b.band = p.band), 0),
       source = 'demo: people of the demonstration'
 where p.year = 2021;

-- name: expect
-- Until they are counted: people as they are planned. Children of 5 to 11 are not planned apart, so nobody is told of.
with planned as (
    select * from jsonb_to_recordset(:districts::jsonb) as d(district text, province text, adults int, teens int, children int)),
banded as (
    select a.code, b.band, sum(b.people) as people
      from planned d
     cross join lateral (values (d.district), (d.province)) as a(code)
     cross join lateral (values ('all', d.adults + d.teens + d.children), ('18+', d.adults), ('12-17', d.teens)) as b(band, people)
     group by a.code, b.band)
update area_population p
   set people = coalesce((select b.people from banded b where b.code = p.area_code and b.band = p.band), 0),
       source = 'loading: people that the demonstration is going to have'
 where p.year = 2021 and p.source not like 'demo%';
