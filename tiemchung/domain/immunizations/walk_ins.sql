-- name: off_list
update visit
   set off_list_reason = :reason, approved_by = :approved_by, suspected_person_id = :suspected_person_id
 where place_id = :place_id and visit_id = :visit_id;

-- name: agree
-- Consent to the text in force, unless there is one.
insert into consent (person_id, consent_id, consent_text_id, channel, given_by, given_at)
select :person_id, :consent_id, t.consent_text_id, 'site', :given_by, :at
  from (select consent_text_id from consent_text where valid_from <= :today order by valid_from desc limit 1) t
 where not exists (select from consent c where c.person_id = :person_id and c.withdrawn_at is null);

-- name: agreed
-- Whether somebody has agreed to be vaccinated and not withdrawn it.
select exists (select from consent where person_id = :person_id and withdrawn_at is null);

-- name: agreed_of
-- Who of some people has agreed to be vaccinated and not withdrawn it.
select distinct person_id from consent where person_id = any(:person_ids::uuid[]) and withdrawn_at is null;

-- name: given
-- Doses that count against a product's disease, in the order in which they were given.
select i.dose_role
  from immunization i
  join product wanted on wanted.code = :product and wanted.disease = i.disease
 where i.person_id = :person_id and i.status = 'completed'
   and not exists (select from immunization later
                    where later.person_id = i.person_id and later.immunization_id = i.immunization_id and later.version > i.version)
 order by i.occurred_at;
