-- name: pairs
-- Two records of an area with the same sex and birth: the same number, or names that are alike; scored.
with people as (
    select p.person_id, p.name, p.search_name, p.sex, p.birth_date, p.birth_precision
      from person p
      join area a on a.area_id = p.area_id
     where a.path <@ :path::text::ltree and p.merged_into is null),
alike as (
    select a.person_id, a.name, a.birth_date, a.birth_precision, b.person_id as other_id, b.name as other_name,
           b.birth_date as other_birth_date, b.birth_precision as other_birth_precision, a.sex,
           similarity(a.search_name, b.search_name) as likeness,
           exists (select from person_identifier i join person_identifier j using (kind, country, blind_index)
                    where i.person_id = a.person_id and j.person_id = b.person_id) as same_number,
           exists (select from contact c join contact d using (kind, blind_index)
                    where c.person_id = a.person_id and d.person_id = b.person_id and c.kind = 'phone') as same_phone
      from people a
      join people b on b.person_id > a.person_id and b.sex = a.sex and b.birth_date = a.birth_date
                   and similarity(a.search_name, b.search_name) > 0.6
     where not exists (select from person_pair k where k.person_id = a.person_id and k.other_id = b.person_id))
select person_id, name, birth_date, birth_precision, other_id, other_name, other_birth_date, other_birth_precision, sex, same_number,
       same_phone, (case when same_number then 100
                         else least(99, round(likeness * 70)::int + case when same_phone then 25 else 0 end) end) as score
  from alike
 order by score desc, person_id
 limit :most;

-- name: lock
select person_id from person where person_id = any(:person_ids::uuid[]) and merged_into is null order by person_id for update;

-- name: busy
-- Somebody who is expected or at a site goes on there first.
select exists (select from appointment where person_id = :person_id and status in ('held', 'booked', 'checked_in'))
       or exists (select from visit where person_id = :person_id and step in ('screening', 'injection', 'observation'));

-- name: mark
update person set merged_into = :person_id
 where person_id = :merged_id and merged_into is null
   and exists (select from person kept where kept.person_id = :person_id and kept.merged_into is null);

-- name: unmark
update person set merged_into = null where person_id = :merged_id;

-- name: doses
-- The doses of a record that count.
select i.immunization_id
  from immunization i
 where i.person_id = :person_id and i.status = 'completed'
   and not exists (select from immunization later
                    where later.person_id = i.person_id and later.immunization_id = i.immunization_id and later.version > i.version)
 order by i.occurred_at;

-- name: end_here
insert into immunization (person_id, immunization_id, version, status, disease, dose_role, ordinal, product, lot_id, vial_id, place_id,
                          session_id, visit_id, area_id, staff_id, device_id, body_site, volume_ml, occurred_at, recorded_at,
                          recorded_by, source, rule_set_id, reason)
select person_id, immunization_id, version + 1, 'entered_in_error', disease, dose_role, ordinal, product, lot_id, vial_id, place_id,
       session_id, visit_id, area_id, staff_id, device_id, body_site, volume_ml, occurred_at, :at, :by, source, rule_set_id,
       'Gộp hồ sơ: ' || :reason
  from immunization
 where person_id = :from_id and immunization_id = :immunization_id
 order by version desc
 limit 1;

-- name: begin_there
-- The same dose under the other record, as the version after all that either record has of it.
insert into immunization (person_id, immunization_id, version, status, disease, dose_role, ordinal, product, lot_id, vial_id, place_id,
                          session_id, visit_id, area_id, staff_id, device_id, body_site, volume_ml, occurred_at, recorded_at,
                          recorded_by, source, rule_set_id, reason)
select :to_id, immunization_id,
       1 + (select max(k.version) from immunization k
             where k.immunization_id = :immunization_id and k.person_id in (:from_id, :to_id)),
       'completed', disease, dose_role, ordinal, product, lot_id, vial_id, place_id, session_id, visit_id, area_id, staff_id, device_id,
       body_site, volume_ml, occurred_at, :at, :by, source, rule_set_id, 'Gộp hồ sơ: ' || :reason
  from immunization
 where person_id = :from_id and immunization_id = :immunization_id
 order by version desc
 limit 1;

-- name: move_claim
-- The claim follows its dose; beside another claim on the same dose of a course it is a copy that awaits a look.
with gone as (
    delete from dose_claim where person_id = :from_id and immunization_id = :immunization_id
    returning disease, role, ordinal, immunization_id, place_id)
insert into dose_claim (person_id, disease, role, ordinal, copy, immunization_id, place_id, claimed_at)
select :to_id, g.disease, g.role, g.ordinal,
       coalesce((select max(c.copy) + 1 from dose_claim c
                  where c.person_id = :to_id and c.disease = g.disease and c.role = g.role and c.ordinal = g.ordinal), 0),
       g.immunization_id, g.place_id, :at
  from gone g;

-- name: missing_numbers
-- Numbers of the record that goes which the staying one does not have.
select i.kind, i.country, encode(i.blind_index, 'hex') as blind_index
  from person_identifier i
 where i.person_id = :merged_id
   and not exists (select from person_identifier own
                    where own.person_id = :person_id and own.kind = i.kind and own.country = i.country
                      and own.blind_index = i.blind_index);

-- name: give_back_numbers
delete from person_identifier where person_id = :person_id and encode(blind_index, 'hex') = any(:indexes::text[]);

-- name: take_accounts
-- Whoever could open the other record opens the staying one.
insert into account_person (person_id, account_id, relation, proof, since)
select :person_id, account_id, relation, proof, :at from account_person
 where person_id = :merged_id and ended_at is null and :by::uuid is not null
on conflict do nothing
returning account_id;

-- name: give_back_accounts
update account_person set ended_at = now()
 where person_id = :person_id and account_id = any(:accounts::uuid[]) and ended_at is null;

-- name: insert
insert into person_merge (person_id, merge_id, merged_id, reason, moved, merged_at, merged_by)
values (:person_id, :merge_id, :merged_id, :reason, :moved, :at, :by);

-- name: undo
update person_merge set undone_at = :at, undone_by = :by, undone_reason = :reason
 where person_id = :person_id and merge_id = :merge_id and undone_at is null
returning merged_id, moved;

-- name: keep_apart
insert into person_pair (person_id, other_id, decided_at, decided_by) values (:person_id, :other_id, :at, :by) on conflict do nothing;

-- name: merges
select m.person_id, m.merge_id, m.merged_id, p.name, m.reason, m.merged_at
  from person_merge m
  join person p on p.person_id = m.person_id
  join area a on a.area_id = p.area_id
 where a.path <@ :path::text::ltree and m.undone_at is null
 order by m.merged_at desc
 limit :most;
