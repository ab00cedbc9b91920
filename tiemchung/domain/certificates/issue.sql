-- name: take
-- The oldest of the queue that no other signing process holds; they leave it with this transaction or not at all.
with taken as (
    select person_id, immunization_id from certificate_due order by queued_at limit :at_most for update skip locked)
delete from certificate_due d using taken t
 where d.person_id = t.person_id and d.immunization_id = t.immunization_id
returning d.person_id, d.immunization_id;

-- name: facts
-- What is signed, read by ids alone: the newest version of each dose, its person, and what stands in the way, apart from the course,
-- which is the schedule's to judge. The signatures of a session are opened once, not once a dose.
with newest as materialized (
    select i.* from unnest(:people::uuid[], :doses::uuid[]) as due (person_id, immunization_id)
      join lateral (select * from immunization v where v.person_id = due.person_id and v.immunization_id = due.immunization_id
                     order by v.version desc limit 1) i on true),
covered as materialized (
    select (one ->> 0)::uuid as immunization_id, (one ->> 1)::int as version
      from (select distinct place_id, session_id from newest) at
      join site_signature s on s.place_id = at.place_id and s.session_id = at.session_id
     cross join jsonb_array_elements(s.covers) one)
select i.person_id, i.immunization_id, i.version, i.status, i.source, i.occurred_at, i.dose_role, i.ordinal,
       i.session_id is not null as has_session, i.lot_id is not null as has_lot,
       p.name, n.zone, p.birth_date, p.birth_precision, p.identity_status,
       coalesce((select a.code from area a, area home where home.area_id = i.area_id and a.level = 'province' and a.path @> home.path
                  order by a.valid_from desc limit 1), '') as province,
       codes.mp as medicinal_product, codes.ma as holder, codes.vp as prophylaxis,
       (i.immunization_id, i.version::int) in (select immunization_id, version from covered) as signed,
       live.renewal as live_renewal, live.expires_at as live_until
  from newest i
  join person p on p.person_id = i.person_id and p.merged_into is null
  left join passport_name n on n.person_id = i.person_id
  left join lateral (select max(c.code) filter (where c.system = 'eu_mp') as mp, max(c.code) filter (where c.system = 'eu_ma') as ma,
                            max(c.code) filter (where c.system = 'eu_vp') as vp
                       from product_code c where c.product = i.product) codes on true
  left join lateral (select c.renewal, c.expires_at from certificate c
                      where c.person_id = i.person_id and c.immunization_id = i.immunization_id and c.version = i.version
                        and c.retired_at is null
                      order by c.renewal desc limit 1) live on true;

-- name: insert
insert into certificate (person_id, certificate_id, format, immunization_id, version, renewal, uvci, kid, issued_at, expires_at,
                         code_sealed)
values (:person_id, :certificate_id, 'eu_dcc', :immunization_id, :version, :renewal, :uvci, :kid, :at, :expires_at, :code_sealed);
