-- name: seen
-- The visit, the person and the lot of a dose that was given: of its vial where that is known here, else of the lot itself.
select v.person_id, v.session_id, v.dose_role, v.ordinal, coalesce(l.product, s.product) as product, pr.disease, pr.volume_ml,
       l.lot_id, w.unit_id, p.area_id, p.sex,
       extract(year from p.birth_date)::int as birth_year, p.priority_group_id,
       v.off_list_reason is not null as off_list, v.conclusion
  from visit v
  join session s on s.place_id = v.place_id and s.session_id = v.session_id
  join person p on p.person_id = v.person_id
  left join vial w on w.place_id = v.place_id and w.vial_id = :vial_id and w.session_id = v.session_id
  left join lot l on l.lot_id = coalesce(w.lot_id, :lot_id)
  join product pr on pr.code = coalesce(l.product, s.product)
 where v.place_id = :place_id and v.visit_id = :visit_id
   for update of v;

-- name: insert_dose
insert into immunization (person_id, immunization_id, version, status, disease, dose_role, ordinal, product, lot_id, vial_id, place_id,
                          session_id, visit_id, area_id, staff_id, device_id, body_site, volume_ml, occurred_at, recorded_at,
                          recorded_by, source)
select :person_id, :immunization_id, 1, 'completed', pr.disease, v.dose_role, v.ordinal, l.product, l.lot_id, :vial_id, v.place_id,
       v.session_id, v.visit_id, p.area_id, :staff_id, :device_id, :body_site, :volume_ml, :at, now(), :by, 'recorded'
  from visit v
  join person p on p.person_id = v.person_id
  join lot l on l.lot_id = :lot_id
  join product pr on pr.code = l.product
 where v.place_id = :place_id and v.visit_id = :visit_id;

-- name: claim
-- The claim of this visit's own appointment becomes the dose's; a dose beside another one is a copy that awaits the review.
insert into dose_claim (person_id, disease, role, ordinal, copy, immunization_id, place_id, claimed_at)
select v.person_id, :disease, v.dose_role, v.ordinal,
       coalesce((select max(c.copy) + 1 from dose_claim c
                  where c.person_id = v.person_id and c.disease = :disease and c.role = v.dose_role and c.ordinal = v.ordinal
                    and (c.immunization_id is not null or c.appointment_id is distinct from v.appointment_id)), 0),
       :immunization_id, v.place_id, :at
  from visit v
 where v.place_id = :place_id and v.visit_id = :visit_id and v.person_id = :person_id
on conflict on constraint dose_claim_pkey do update set immunization_id = excluded.immunization_id;

-- name: observe
-- Who has had it is observed; a visit that has its dose already stays as it is.
update visit set step = 'observation', immunization_id = :immunization_id, injected_at = :at, observe_until = :until
 where place_id = :place_id and visit_id = :visit_id and immunization_id is null and screened_at is not null;

-- name: take_from_vial
update vial set doses_left = doses_left - 1
 where place_id = :place_id and vial_id = :vial_id and closed_at is null and doses_left > 0;

-- name: suspected
-- Whether somebody was received as new who may be known already.
select suspected_person_id is not null from visit where place_id = :place_id and visit_id = :visit_id;

-- name: ask
insert into dose_review (place_id, review_id, session_id, visit_id, person_id, immunization_id, reasons, facts, opened_at)
select v.place_id, :review_id, v.session_id, v.visit_id, v.person_id, :immunization_id, :reasons, :facts, :at
  from visit v
 where v.place_id = :place_id and v.visit_id = :visit_id
on conflict do nothing;

-- name: reviews
select r.place_id, r.review_id, r.session_id, r.visit_id, r.person_id, r.immunization_id, v.number, p.name, r.reasons, r.facts, r.opened_at
  from dose_review r
  join visit v on v.place_id = r.place_id and v.visit_id = r.visit_id
  join person p on p.person_id = r.person_id
 where r.place_id = :place_id and r.settled_at is null and (:session_id::uuid is null or r.session_id = :session_id)
   and (:review_id::uuid is null or r.review_id = :review_id)
 order by r.opened_at
 limit 500;

-- name: reasons
select reasons from dose_review where place_id = :place_id and review_id = :review_id;

-- name: version
select max(version) from immunization where person_id = :person_id and immunization_id = :immunization_id;

-- name: settle
update dose_review set settled_at = :at, settled_by = :by, outcome = :outcome, note = :note
 where place_id = :place_id and review_id = :review_id and settled_at is null;
