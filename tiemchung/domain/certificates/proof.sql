-- name: prove
select count(*) filter (where c.retired_at is null)::int as live,
       count(*) filter (where c.retired_at is null and (i.status is distinct from 'completed'
               or exists (select from immunization newer where newer.person_id = c.person_id
                             and newer.immunization_id = c.immunization_id and newer.version > c.version)))::int as outdated,
       count(*) filter (where c.retired_at is null and not exists (
               select from site_signature s where s.place_id = i.place_id and s.session_id = i.session_id
                  and s.covers @> jsonb_build_array(jsonb_build_array(c.immunization_id, c.version))))::int as unsigned,
       (count(*) - count(distinct c.uvci))::int as twice,
       count(*) filter (where not exists (
               select from event e where e.kind = 'certificate.issued' and e.person_id = c.person_id
                  and e.body ->> 'certificate_id' = c.certificate_id::text))::int as unlogged,
       count(*) filter (where not exists (select from signing_key k where k.kid = c.kid))::int as foreign_key
  from certificate c
  left join immunization i on i.person_id = c.person_id and i.immunization_id = c.immunization_id and i.version = c.version;
