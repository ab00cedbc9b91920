-- name: find
select c.person_id, c.certificate_id, i.place_id, i.session_id, c.kid, c.issued_at, c.expires_at, c.retired_at
  from certificate c
  join immunization i on i.person_id = c.person_id and i.immunization_id = c.immunization_id and i.version = c.version
 where c.uvci = :uvci;

-- name: touched
-- How many certificates, or keys, an act would touch.
select case when :scope = 'key' then (select count(*) from signing_key k where k.kid = :kid and k.withdrawn_at is null)
       else (select count(*) from certificate c
               join immunization i on i.person_id = c.person_id and i.immunization_id = c.immunization_id and i.version = c.version
              where (c.person_id = :person_id and c.certificate_id = :certificate_id
                     or i.place_id = :place_id and i.session_id = :session_id)
                and case when :act = 'restore' then c.revocation_id is not null else c.retired_at is null end) end::int;

-- name: propose
insert into revocation (revocation_id, act, scope, person_id, certificate_id, place_id, session_id, kid, reason, proposed_by, proposed_at)
values (:revocation_id, :act, :scope, :person_id, :certificate_id, :place_id, :session_id, :kid, :reason, :by, :at)
on conflict (revocation_id) do nothing;

-- name: lock
select act, scope, person_id, certificate_id, place_id, session_id, kid, reason, decided_at is not null as decided
  from revocation where revocation_id = :revocation_id for update;

-- name: decide
-- The constraint revocation_two_persons refuses the proposer.
update revocation set decided_by = :by, decided_at = :at, approved = :approved where revocation_id = :revocation_id;

-- name: count
update revocation set certificates = :certificates where revocation_id = :revocation_id;

-- name: revoke
update certificate c set retired_at = :at, retired_reason = :reason, revocation_id = :revocation_id
  from immunization i
 where i.person_id = c.person_id and i.immunization_id = c.immunization_id and i.version = c.version and c.retired_at is null
   and (c.person_id = :person_id and c.certificate_id = :certificate_id or i.place_id = :place_id and i.session_id = :session_id)
returning c.person_id, c.certificate_id, c.immunization_id;

-- name: restore
-- Only what a withdrawal retired; what a correction retired stays retired.
update certificate c set retired_at = null, retired_reason = null, revocation_id = null
  from immunization i
 where i.person_id = c.person_id and i.immunization_id = c.immunization_id and i.version = c.version and c.revocation_id is not null
   and (c.person_id = :person_id and c.certificate_id = :certificate_id or i.place_id = :place_id and i.session_id = :session_id)
returning c.person_id, c.certificate_id, c.immunization_id;

-- name: withdraw_key
update signing_key set withdrawn_at = :at, withdrawn_reason = :reason where kid = :kid and withdrawn_at is null;

-- name: replace
update certificate c set retired_at = :at, retired_reason = :reason
 where (c.person_id, c.certificate_id) in (
        select w.person_id, w.certificate_id from certificate w
          join signing_key k on k.kid = w.kid and k.withdrawn_at is not null
         where w.retired_at is null
         limit :at_most
           for update of w skip locked)
returning c.person_id, c.certificate_id, c.immunization_id;

-- name: queue
insert into certificate_due (person_id, immunization_id, queued_at)
select distinct due.person_id, due.immunization_id, :at::timestamptz
  from unnest(:people::uuid[], :doses::uuid[]) as due (person_id, immunization_id)
on conflict do nothing;

-- name: waiting
select r.revocation_id, r.act, r.scope, r.person_id, r.certificate_id, r.place_id, r.session_id, r.kid, r.reason, r.proposed_by,
       p.name as proposed_name, r.proposed_at, r.decided_by, null::text as decided_name, r.decided_at, r.approved, r.certificates,
       case r.scope when 'key' then (select count(*) from certificate c where c.kid = r.kid and c.retired_at is null)
                    when 'certificate' then 1
                    else (select count(*) from certificate c
                            join immunization i on i.person_id = c.person_id and i.immunization_id = c.immunization_id
                                               and i.version = c.version
                           where i.place_id = r.place_id and i.session_id = r.session_id
                             and (c.retired_at is null) = (r.act = 'revoke')) end::int as waiting
  from revocation r join staff p on p.staff_id = r.proposed_by
 where r.decided_at is null
 order by r.proposed_at limit 200;

-- name: decided
select r.revocation_id, r.act, r.scope, r.person_id, r.certificate_id, r.place_id, r.session_id, r.kid, r.reason, r.proposed_by,
       p.name as proposed_name, r.proposed_at, r.decided_by, d.name as decided_name, r.decided_at, r.approved, r.certificates,
       0 as waiting
  from revocation r join staff p on p.staff_id = r.proposed_by join staff d on d.staff_id = r.decided_by
 where r.decided_at is not null
 order by r.decided_at desc limit 200;
