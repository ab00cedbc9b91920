-- name: due
-- Approved sessions to come without a code of a key in force, the soonest first.
select s.place_id, s.session_id, place.name as site, place.address, s.starts_at, s.ends_at, product.short_name as product,
       coalesce((select a.code from area a, area home where home.area_id = place.area_id and a.level = 'province' and a.path @> home.path
                  order by a.valid_from desc limit 1), '') as province
  from session s
  join place on place.place_id = s.place_id
  join product on product.code = s.product
 where s.status in ('approved', 'open') and s.ends_at > :at
   and not exists (select from session_poster o join signing_key k on k.kid = o.kid
                    where o.place_id = s.place_id and o.session_id = s.session_id and k.withdrawn_at is null)
 order by s.ends_at
 limit :at_most;

-- name: insert
-- Another signing process may have been quicker.
insert into session_poster (place_id, session_id, kid, code, issued_at, expires_at)
values (:place_id, :session_id, :kid, :code, :at, :expires_at)
on conflict do nothing;

-- name: of_session
select o.code from session_poster o join signing_key k on k.kid = o.kid
 where o.place_id = :place_id and o.session_id = :session_id and k.withdrawn_at is null
 order by o.issued_at desc limit 1;

-- name: cancelled
select exists (select from session s where s.session_id = :session_id and s.place_id = :place_id and s.status in ('planned', 'cancelled'));
