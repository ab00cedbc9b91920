-- name: prove
with covered as materialized (
    select distinct (one ->> 0)::uuid as immunization_id, (one ->> 1)::int as version
      from site_signature s cross join jsonb_array_elements(s.covers) one)
select count(*) filter (where c.retired_at is null)::int as live,
       count(*) filter (where c.retired_at is null and (i.status is distinct from 'completed'
               or exists (select from immunization newer where newer.person_id = c.person_id
                             and newer.immunization_id = c.immunization_id and newer.version > c.version)))::int as outdated,
       count(*) filter (where c.retired_at is null and covered.version is null)::int as unsigned,
       (count(*) - count(distinct c.uvci))::int as twice,
       count(*) filter (where not exists (
               select from event e where e.kind = 'certificate.issued' and e.person_id = c.person_id
                  and e.body ->> 'certificate_id' = c.certificate_id::text))::int as unlogged,
       count(*) filter (where not exists (select from signing_key k where k.kid = c.kid))::int as foreign_key
  from certificate c
  left join immunization i on i.person_id = c.person_id and i.immunization_id = c.immunization_id and i.version = c.version
  left join covered on covered.immunization_id = c.immunization_id and covered.version = c.version;
