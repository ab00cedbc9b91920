-- name: given
-- A person's doses against a disease that count, and whether one of them is a product's of a day.
select i.dose_role, i.product = :product and (i.occurred_at at time zone 'Asia/Ho_Chi_Minh')::date = :on::date as same
  from immunization i
 where i.person_id = :person_id and i.disease = :disease and i.status = 'completed'
   and not exists (select from immunization later
                    where later.person_id = i.person_id and later.immunization_id = i.immunization_id and later.version > i.version);

-- name: insert
-- The lot is the one of that number where it is known; what the list said of it stays in any case.
insert into immunization (person_id, immunization_id, version, status, disease, dose_role, ordinal, product, lot_id, place_id, area_id,
                          occurred_at, recorded_at, recorded_by, source, reason)
select :person_id, :immunization_id, 1, 'completed', pr.disease, :dose_role, :ordinal, pr.code, l.lot_id, :place_id, p.area_id,
       :occurred_at, :at, :by, 'imported', 'Số lô theo danh sách: ' || coalesce(:lot_number::text, 'không ghi')
  from person p
  join product pr on pr.code = :product
  left join lot l on l.product = pr.code and l.number = :lot_number::text
 where p.person_id = :person_id;

-- name: claim
insert into dose_claim (person_id, disease, role, ordinal, copy, immunization_id, place_id, claimed_at)
select :person_id, :disease, :dose_role, :ordinal,
       coalesce((select max(copy) + 1 from dose_claim
                  where person_id = :person_id and disease = :disease and role = :dose_role and ordinal = :ordinal), 0),
       :immunization_id, :place_id, :at;

-- name: facts
select i.place_id, i.area_id, i.product, i.lot_id, i.disease, i.dose_role, i.ordinal, i.occurred_at, p.sex,
       extract(year from p.birth_date)::int as birth_year, p.priority_group_id
  from immunization i
  join person p on p.person_id = i.person_id
 where i.person_id = :person_id and i.immunization_id = :immunization_id;
