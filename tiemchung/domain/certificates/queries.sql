-- name: queue_session
-- The doses of a session, in their newest version: which of them may be signed the signer decides.
insert into certificate_due (person_id, immunization_id, queued_at)
select distinct i.person_id, i.immunization_id, :at::timestamptz
  from immunization i
 where i.place_id = :place_id and i.session_id = :session_id and i.status = 'completed'
on conflict do nothing;

-- name: queue_person
insert into certificate_due (person_id, immunization_id, queued_at)
select d.person_id, d.immunization_id, :at::timestamptz
  from current_dose d
 where d.person_id = :person_id and d.source <> 'self_declared'
on conflict do nothing;

-- name: queue_signed
-- The doses of a person in sessions that were signed; which of them may be signed the signer decides.
insert into certificate_due (person_id, immunization_id, queued_at)
select d.person_id, d.immunization_id, :at::timestamptz
  from immunization d
 where d.person_id = :person_id and d.status = 'completed'
   and exists (select from site_signature s where s.place_id = d.place_id and s.session_id = d.session_id)
on conflict do nothing;

-- name: queue_renewals
-- The newest code of each dose, when it ends soon and the dose still counts; a year after its end nobody waits for a new one.
insert into certificate_due (person_id, immunization_id, queued_at)
select c.person_id, c.immunization_id, :at::timestamptz
  from certificate c
 where c.retired_at is null and c.expires_at <= :before and c.expires_at > :at::timestamptz - interval '1 year'
   and not exists (select from certificate newer where newer.person_id = c.person_id and newer.immunization_id = c.immunization_id
                      and newer.retired_at is null and newer.renewal > c.renewal)
 order by c.expires_at limit 50000
on conflict do nothing;

-- name: retire_from
-- In the transaction of the correction: what rests on the dose, or on a later one, no longer holds.
update certificate c set retired_at = :at, retired_reason = :reason
 where c.person_id = :person_id and c.retired_at is null
   and exists (select from immunization i
                where i.person_id = c.person_id and i.immunization_id = c.immunization_id and i.version = c.version
                  and i.occurred_at >= (select min(changed.occurred_at) from immunization changed
                                         where changed.person_id = :person_id and changed.immunization_id = :immunization_id))
returning c.certificate_id;

-- name: retire_all
update certificate set retired_at = :at, retired_reason = :reason
 where person_id = :person_id and retired_at is null
returning certificate_id;

-- name: set_passport_name
insert into passport_name (person_id, zone, set_by, set_at) values (:person_id, :zone, :by, :at)
on conflict (person_id) do update set zone = excluded.zone, set_by = excluded.set_by, set_at = excluded.set_at;

-- name: passports
-- The newest live code of each dose.
select distinct on (i.occurred_at, c.immunization_id)
       c.certificate_id, c.person_id, c.immunization_id, c.uvci, c.kid, c.issued_at, c.expires_at, c.code_sealed
  from certificate c
  join immunization i on i.person_id = c.person_id and i.immunization_id = c.immunization_id and i.version = c.version
 where c.person_id = :person_id and c.retired_at is null
 order by i.occurred_at desc, c.immunization_id, c.renewal desc;

-- name: chain
select c.certificate_id, c.immunization_id, c.version, pr.name as product, l.number as lot, pl.name as place, i.occurred_at, i.recorded_at,
       s.signed_at as site_signed_at, s.digest as site_digest, p.identity_status as identity,
       k.registry as identity_registry, k.answered_at as identity_answered_at,
       c.uvci, c.kid, c.issued_at, c.expires_at, c.retired_at, c.retired_reason
  from certificate c
  join immunization i on i.person_id = c.person_id and i.immunization_id = c.immunization_id and i.version = c.version
  join person p on p.person_id = c.person_id
  join product pr on pr.code = i.product
  join place pl on pl.place_id = i.place_id
  left join lot l on l.lot_id = i.lot_id
  left join lateral (select signed_at, digest from site_signature s where s.place_id = i.place_id and s.session_id = i.session_id
                        and s.covers @> jsonb_build_array(jsonb_build_array(i.immunization_id, i.version))
                      order by signed_at limit 1) s on true
  left join lateral (select registry, answered_at from identity_check k where k.person_id = c.person_id and k.answer = 'match'
                        and k.answered_at <= c.issued_at
                      order by answered_at desc limit 1) k on true
 where c.person_id = :person_id
 order by c.issued_at desc, c.certificate_id
 limit 100;

-- name: is_retired
select exists (select from certificate where uvci = :uvci and kid = :kid and retired_at is not null);

-- name: printed
select c.code_sealed, c.expires_at, n.name as nationality, n.name_en as nationality_en
  from certificate c
  join person p on p.person_id = c.person_id
  join country n on n.code = p.nationality
 where c.person_id = :person_id and c.certificate_id = :certificate_id and c.retired_at is null;

-- name: waiting
-- Seconds that the dose which has waited longest for the signer has waited; 0 when none waits.
select coalesce(extract(epoch from :at::timestamptz - min(queued_at)), 0)::float8 as seconds from certificate_due;
