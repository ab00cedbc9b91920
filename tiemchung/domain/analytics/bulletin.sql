-- name: allocated
-- Doses that decisions gave to each province: what national and regional stores divided among those below them.
select ltree2text(subpath(a.path, 2, 1)) as code, sum(l.doses)::bigint as doses
  from allocation_line l
  join place giver on giver.place_id = l.place_id and giver.kind in ('national_store', 'regional_institute')
  join place taker on taker.place_id = l.to_place_id and taker.kind not in ('national_store', 'regional_institute')
  join area a on a.area_id = taker.area_id and nlevel(a.path) >= 3
 group by 1;
