-- name: sites
-- Sites with half hours to come that people may book themselves, with where they lie.
select distinct place.place_id, place.code, place.name, place.address, place.lat, place.lon,
       commune.name as commune, district.name as district, province.name as province, province.code as province_code
  from session s
  join place using (place_id)
  join area commune on commune.area_id = place.area_id
  join area province on province.path = subpath(commune.path, 0, 3)
  left join area district on district.path = subpath(commune.path, 0, -1) and district.level = 'district'
 where s.status in ('approved', 'open') and place.closed_on is null and s.starts_at < :until_at and s.ends_at > :at
   and exists (select from slot where slot.place_id = s.place_id and slot.session_id = s.session_id
                  and slot.starts_at + make_interval(mins => slot.minutes) > :at and (slot.self_capacity > 0 or slot.released))
 order by place.code
 limit 20000;

-- name: sessions
-- Sessions that people may book themselves, with their vaccine and its code for immunization registries.
select s.place_id, s.session_id, product.name as product_name, cvx.code as cvx
  from session s
  join place using (place_id)
  join product on product.code = s.product
  left join product_code cvx on cvx.product = product.code and cvx.system = 'cvx'
 where s.status in ('approved', 'open') and place.closed_on is null and s.starts_at < :until_at and s.ends_at > :at
   and exists (select from slot where slot.place_id = s.place_id and slot.session_id = s.session_id
                  and slot.starts_at + make_interval(mins => slot.minutes) > :at and (slot.self_capacity > 0 or slot.released))
 order by s.place_id, s.session_id
 limit 100000;

-- name: half_hours
-- Half hours of those sessions, with the places that people may still take.
select slot.place_id, slot.session_id, slot.starts_at, slot.minutes,
       greatest(case when slot.released then slot.capacity - slot.taken
                     else least(slot.capacity - slot.taken, slot.self_capacity - slot.self_taken) end, 0)::int as places
  from slot
  join session s using (place_id, session_id)
  join place using (place_id)
 where s.status in ('approved', 'open') and place.closed_on is null and slot.starts_at < :until_at
   and slot.starts_at + make_interval(mins => slot.minutes) > :at and (slot.self_capacity > 0 or slot.released)
 order by slot.place_id, slot.session_id, slot.starts_at
 limit 1000000;
