-- name: to_sign_of_session
-- Doses of a signed session that a certificate may rest on: completed at their highest version, covered by the signature in
-- that version, identity matched or a foreigner, lot known, and no live certificate yet.
select d.person_id, d.immunization_id, d.version
  from (select distinct on (i.immunization_id) i.* from immunization i
         where i.place_id = :place_id and i.session_id = :session_id
         order by i.immunization_id, i.version desc) d
  join person p on p.person_id = d.person_id
 where d.status = 'completed' and d.lot_id is not null and p.identity_status in ('matched', 'foreigner')
   and exists (select from site_signature s where s.place_id = d.place_id and s.session_id = d.session_id
                  and s.covers @> jsonb_build_array(jsonb_build_array(d.immunization_id, d.version)))
   and not exists (select from certificate c where c.person_id = d.person_id and c.immunization_id = d.immunization_id
                      and c.version = d.version and c.retired_at is null);

-- name: to_sign_of_person
select d.person_id, d.immunization_id, d.version
  from (select distinct on (i.immunization_id) i.* from immunization i where i.person_id = :person_id
         order by i.immunization_id, i.version desc) d
  join person p on p.person_id = d.person_id
 where d.status = 'completed' and d.lot_id is not null and p.identity_status in ('matched', 'foreigner')
   and exists (select from site_signature s where s.place_id = d.place_id and s.session_id = d.session_id
                  and s.covers @> jsonb_build_array(jsonb_build_array(d.immunization_id, d.version)))
   and not exists (select from certificate c where c.person_id = d.person_id and c.immunization_id = d.immunization_id
                      and c.version = d.version and c.retired_at is null);

-- name: record
-- What is signed, read by ids alone. `complete` says whether the basic course was complete with this dose or before it.
select i.person_id, i.immunization_id, i.version, p.name, p.birth_date, p.birth_precision, i.occurred_at, i.dose_role, i.ordinal,
       pr.course_doses,
       (select code from product_code c where c.product = i.product and c.system = 'eu_mp') as medicinal_product,
       (select code from product_code c where c.product = i.product and c.system = 'eu_ma') as holder,
       (select code from product_code c where c.product = i.product and c.system = 'eu_vp') as prophylaxis,
       (select count(*) from current_dose d where d.person_id = i.person_id and d.occurred_at < i.occurred_at)::int as doses_before,
       exists (select from current_dose d join product dp on dp.code = d.product
                where d.person_id = i.person_id and d.dose_role = 'basic' and d.ordinal = dp.course_doses
                  and d.occurred_at <= i.occurred_at) as complete
  from immunization i
  join person p on p.person_id = i.person_id
  join product pr on pr.code = i.product
 where i.person_id = :person_id and i.immunization_id = :immunization_id and i.version = :version;

-- name: insert
insert into certificate (person_id, certificate_id, format, immunization_id, version, uvci, kid, issued_at, expires_at, code_sealed)
values (:person_id, :certificate_id, 'eu_dcc', :immunization_id, :version, :uvci, :kid, :at, :expires_at, :code_sealed)
on conflict do nothing;

-- name: passports
select certificate_id, person_id, immunization_id, uvci, kid, issued_at, expires_at, code_sealed
  from certificate
 where person_id = :person_id and retired_at is null
 order by issued_at desc;

-- name: retire
-- In the transaction of the correction: what rests on the dose no longer holds.
update certificate set retired_at = :at, retired_reason = :reason
 where person_id = :person_id and immunization_id = :immunization_id and retired_at is null
returning certificate_id;

-- name: withdrawn
-- Certificates that were retired and whose codes have not expired by themselves.
select kid, uvci from certificate where retired_at is not null and expires_at > :at;

-- name: prove
-- Live certificates that rest on a version that no longer counts.
select count(*)::int from certificate c
 where c.retired_at is null
   and not exists (select from current_dose d where d.person_id = c.person_id and d.immunization_id = c.immunization_id);
