-- name: appointment_by_code
-- The appointment of a check-in code, with where and when it is.
select t.place_id, t.appointment_id, t.session_id, t.starts_at, t.person_id, t.status, t.dose_role, t.ordinal, p.name as place_name,
       s.product, split_part(a.path::text, '.', case when a.path <@ 'VN2025' then 2 else 3 end) as area_code
  from appointment t
  join session s on s.place_id = t.place_id and s.session_id = t.session_id
  join place p on p.place_id = t.place_id
  join area a on a.area_id = p.area_id
 where t.code = :code
 order by t.booked_at desc
 limit 1;

-- name: lock_session
-- The session, held so that queue numbers have no gaps and nobody arrives while it closes.
select status from session where place_id = :place_id and session_id = :session_id for update;

-- name: insert_visit
insert into visit (place_id, visit_id, session_id, person_id, appointment_id, number, step, dose_role, ordinal, checked_in_at, checked_in_by)
select :place_id, :visit_id, :session_id, :person_id, :appointment_id,
       coalesce((select max(number) from visit where place_id = :place_id and session_id = :session_id), 0) + 1,
       'screening', :dose_role, :ordinal, :at, :by
returning number;

-- name: arrive
update appointment set status = 'checked_in' where place_id = :place_id and appointment_id = :appointment_id and status = 'booked';

-- name: visits
-- Everybody in a session, in the order of arrival.
select v.place_id, v.visit_id, v.session_id, v.person_id, v.number, v.step, p.name, p.sex, p.birth_date, p.birth_precision,
       v.dose_role, v.ordinal, v.checked_in_at, v.screened_at, v.conclusion, v.override_reason, v.immunization_id,
       v.injected_at, v.observe_until, v.off_list_reason is not null as off_list, coalesce(v.screening -> 'vitals', '{}') as vitals, s.product,
       (select d.product from current_dose d where d.person_id = v.person_id order by d.occurred_at desc limit 1) as last_product
  from visit v
  join session s on s.place_id = v.place_id and s.session_id = v.session_id
  join person p on p.person_id = v.person_id
 where v.place_id = :place_id and v.session_id = :session_id
 order by v.number
 limit 2000;

-- name: visit
select v.place_id, v.visit_id, v.session_id, v.person_id, v.number, v.step, p.name, p.sex, p.birth_date, p.birth_precision,
       v.dose_role, v.ordinal, v.checked_in_at, v.screened_at, v.conclusion, v.override_reason, v.immunization_id,
       v.injected_at, v.observe_until, v.off_list_reason is not null as off_list, coalesce(v.screening -> 'vitals', '{}') as vitals, s.product,
       (select d.product from current_dose d where d.person_id = v.person_id order by d.occurred_at desc limit 1) as last_product
  from visit v
  join session s on s.place_id = v.place_id and s.session_id = v.session_id
  join person p on p.person_id = v.person_id
 where v.place_id = :place_id and v.visit_id = :visit_id;

-- name: screen
update visit
   set step = :step, screening = :screening, conclusion = :conclusion, override_reason = :override_reason, screened_at = :at,
       screened_by = :by
 where place_id = :place_id and visit_id = :visit_id and step = 'screening';

-- name: release_place
-- Who leaves without a dose gives the place back, once.
select appointment_id
  from give_back_places(array[:place_id::uuid],
                        array[(select appointment_id from visit where place_id = :place_id and visit_id = :visit_id)],
                        array['checked_in'], 'cancelled');

-- name: leave
update visit set step = 'left' where place_id = :place_id and visit_id = :visit_id and step in ('screening', 'injection');

-- name: end_without_dose
update visit set outcome = :reason, discharged_at = :at, discharged_by = :by where place_id = :place_id and visit_id = :visit_id;

-- name: insert_not_done
-- The register says that this dose was not given on this day, and why.
insert into immunization (person_id, immunization_id, version, status, disease, dose_role, ordinal, product, place_id, session_id,
                          visit_id, area_id, staff_id, occurred_at, recorded_at, recorded_by, source, rule_set_id, reason)
select v.person_id, :immunization_id, 1, 'not_done', pr.disease, v.dose_role, v.ordinal, s.product, v.place_id, v.session_id,
       v.visit_id, p.area_id, :by, :at, :at, :by, 'recorded', v.rule_set_id, :reason
  from visit v
  join session s on s.place_id = v.place_id and s.session_id = v.session_id
  join product pr on pr.code = s.product
  join person p on p.person_id = v.person_id
 where v.place_id = :place_id and v.visit_id = :visit_id;

-- name: for_dose
-- All that decides about a dose, in one look: the visit, the vial's lot, consent, and what the schedule in force is asked.
select v.dose_role, v.ordinal, v.immunization_id, v.conclusion, v.override_reason, s.product as session_product, l.product,
       pr.short_name as product_name, pr.volume_ml, pr.disease, v.person_id, p.birth_date, p.birth_precision, p.sex,
       split_part(a.path::text, '.', case when a.path <@ 'VN2025' then 2 else 3 end) as area_code,
       l.number as lot_number, l.status as lot_status,
       coalesce((select e.expires_on from lot_expiry e where e.lot_id = l.lot_id and e.from_on <= :today
                  order by e.from_on desc limit 1), l.expires_on) as lot_expires_on,
       (select r.rule_set_id from rule_set r where r.code = :schedule and r.valid_from <= :today
         order by r.valid_from desc, r.published_at desc limit 1) as rule_set_id,
       exists (select from consent c where c.person_id = v.person_id and c.withdrawn_at is null) as consented,
       (select (value #>> '{}')::int from setting where name = 'observation_minutes') as observation_minutes,
       coalesce((select jsonb_agg(jsonb_build_object('immunization_id', i.immunization_id, 'source', i.source, 'product', i.product,
                                                     'on', (i.occurred_at at time zone 'Asia/Ho_Chi_Minh')::date,
                                                     'recorded_at', i.recorded_at))
                   from immunization i
                   join product ip on ip.code = i.product
                  where i.person_id = v.person_id and ip.disease = pr.disease and i.status = 'completed'
                    and not exists (select from immunization later
                                     where later.person_id = i.person_id and later.immunization_id = i.immunization_id
                                       and later.version > i.version)), '[]') as doses,
       coalesce((select jsonb_agg(jsonb_build_object('code', f.code, 'product', f.product, 'started_on', f.started_on,
                                                     'ended_on', f.ended_on, 'recorded_at', f.recorded_at))
                   from finding f
                  where f.person_id = v.person_id and f.status = 'present'
                    and not exists (select from finding later
                                     where later.person_id = f.person_id and later.finding_id = f.finding_id
                                       and later.version > f.version)), '[]') as findings
  from visit v
  join session s on s.place_id = v.place_id and s.session_id = v.session_id
  join person p on p.person_id = v.person_id
  join place pl on pl.place_id = v.place_id
  join area a on a.area_id = pl.area_id
  left join vial w on w.place_id = v.place_id and w.vial_id = :vial_id
  left join lot l on l.lot_id = w.lot_id
  left join product pr on pr.code = coalesce(l.product, s.product)
 where v.place_id = :place_id and v.visit_id = :visit_id and v.session_id = coalesce(:session_id::uuid, v.session_id);

-- name: give
select give_dose(:command_id, :request_id, :event_id, :immunization_id, :place_id, :visit_id, :vial_id, :staff_id,
                 :device_id::uuid, :device_at::timestamptz, :disease, :body_site, :volume_ml, :rule_set_id::uuid,
                 :observe_until, :at, :given_by, :command_kind, :command_answer) as immunization_id;

-- name: discharge
update visit set step = 'done', discharged_at = :at, discharged_by = :by, outcome = :outcome
 where place_id = :place_id and visit_id = :visit_id and step = 'observation';

-- name: minutes_of_observation
select (value #>> '{}')::int from setting where name = 'observation_minutes';

-- name: open_vials
-- The vials in use at a session's tables.
select w.vial_id, w.number, w.lot_id, l.number as lot_number, l.product, p.short_name as product_name, p.volume_ml,
       coalesce((select e.expires_on from lot_expiry e where e.lot_id = l.lot_id and e.from_on <= current_date
                  order by e.from_on desc limit 1), l.expires_on) as expires_on,
       w.opened_at, w.use_by, w.doses_nominal, w.doses_extra, w.doses_left, w.table_number
  from vial w
  join lot l on l.lot_id = w.lot_id
  join product p on p.code = l.product
 where w.place_id = :place_id and w.session_id = :session_id and w.closed_at is null
 order by w.number desc;

-- name: doses_of
-- A person's doses: the highest version of each, newest first.
select i.person_id, i.immunization_id, i.version, i.status, i.disease, i.dose_role, i.ordinal, i.product,
       p.short_name as product_name, i.lot_id, l.number as lot_number, i.place_id, pl.name as place_name,
       i.session_id, i.occurred_at, i.recorded_at, i.source, i.reason, w.table_number,
       exists (select from site_signature s
                where s.place_id = i.place_id and s.session_id = i.session_id
                  and s.covers @> jsonb_build_array(jsonb_build_array(i.immunization_id, i.version))) as signed
  from (select distinct on (every.immunization_id) every.* from immunization every where every.person_id = :person_id
         order by every.immunization_id, every.version desc) i
  join product p on p.code = i.product
  join place pl on pl.place_id = i.place_id
  left join lot l on l.lot_id = i.lot_id
  left join vial w on w.place_id = i.place_id and w.vial_id = i.vial_id
 order by i.occurred_at desc, i.immunization_id;

-- name: doses_of_session
-- The records of a session that count, in the order in which they are signed.
select distinct on (i.immunization_id) i.immunization_id, i.version, i.person_id, i.status, i.dose_role, i.ordinal, i.product, i.lot_id,
       i.occurred_at
  from immunization i
 where i.place_id = :place_id and i.session_id = :session_id
 order by i.immunization_id, i.version desc;

-- name: counts
-- What the vials of a session say, open and put away, and what its records say.
select count(w.vial_id)::int as vials, coalesce(sum(w.doses_nominal), 0)::int as opened, coalesce(sum(w.doses_extra), 0)::int as extra,
       coalesce(sum(w.doses_wasted), 0)::int as wasted, coalesce(sum(w.doses_left), 0)::int as left,
       (select t.recorded from session_tally t where t.place_id = :place_id and t.session_id = :session_id) as recorded,
       (select count(*) from visit v where v.place_id = :place_id and v.session_id = :session_id
           and v.step in ('screening', 'injection', 'observation'))::int as unfinished
  from vial w
 where w.place_id = :place_id and w.session_id = :session_id;

-- name: close_session
update session set status = 'closed', closed_at = :at, reconciliation = :reconciliation
 where place_id = :place_id and session_id = :session_id and status = 'open';

-- name: sign_session
-- A closed session, or a signed one with doses that came in after its signature.
update session s set status = 'signed'
 where s.place_id = :place_id and s.session_id = :session_id
   and (s.status = 'closed'
        or (s.status = 'signed'
            and exists (select from immunization i
                         where i.place_id = s.place_id and i.session_id = s.session_id and i.status = 'completed'
                           and not exists (select from immunization later
                                            where later.person_id = i.person_id and later.immunization_id = i.immunization_id
                                              and later.version > i.version)
                           and not exists (select from site_signature g
                                            where g.place_id = s.place_id and g.session_id = s.session_id
                                              and g.covers @> jsonb_build_array(jsonb_build_array(i.immunization_id, i.version))))));

-- name: unsigned
-- How many doses of a session no signature covers.
select count(*)
  from immunization i
 where i.place_id = :place_id and i.session_id = :session_id and i.status = 'completed'
   and not exists (select from immunization later
                    where later.person_id = i.person_id and later.immunization_id = i.immunization_id and later.version > i.version)
   and not exists (select from site_signature g
                    where g.place_id = i.place_id and g.session_id = i.session_id
                      and g.covers @> jsonb_build_array(jsonb_build_array(i.immunization_id, i.version)));

-- name: insert_signature
insert into site_signature (place_id, session_id, signature_id, staff_id, covers, digest, signed_at, second_factor)
values (:place_id, :session_id, :signature_id, :staff_id, :covers, :digest, :at, 'totp');

-- name: last_version
-- The version that counts of a dose given here, with the session that still may change it.
select i.person_id, i.immunization_id, i.version, i.status, i.place_id, i.session_id, s.status as session_status, i.visit_id,
       i.vial_id, i.lot_id, i.product, i.disease, i.dose_role, i.ordinal, i.occurred_at, i.recorded_at, i.area_id, i.source,
       p.sex, p.birth_date, p.priority_group_id
  from immunization i
  join person p on p.person_id = i.person_id
  left join session s on s.place_id = i.place_id and s.session_id = i.session_id
 where i.person_id = :person_id and i.immunization_id = :immunization_id and i.lot_id is not null
 order by i.version desc
 limit 1;

-- name: enter_in_error
-- A new version that says that the dose was not given; the old one stays.
insert into immunization (person_id, immunization_id, version, status, disease, dose_role, ordinal, product, lot_id, vial_id, place_id,
                          session_id, visit_id, area_id, staff_id, device_id, body_site, volume_ml, occurred_at, recorded_at,
                          recorded_by, source, rule_set_id, reason)
select person_id, immunization_id, version + 1, 'entered_in_error', disease, dose_role, ordinal, product, lot_id, vial_id, place_id,
       session_id, visit_id, area_id, staff_id, device_id, body_site, volume_ml, occurred_at, :at, :by, source, rule_set_id, :reason
  from immunization
 where person_id = :person_id and immunization_id = :immunization_id and version = :version;

-- name: amend
-- A new version with another vial of the session, arm or volume; the old one stays.
insert into immunization (person_id, immunization_id, version, status, disease, dose_role, ordinal, product, lot_id, vial_id, place_id,
                          session_id, visit_id, area_id, staff_id, device_id, body_site, volume_ml, occurred_at, recorded_at,
                          recorded_by, source, rule_set_id, reason)
select i.person_id, i.immunization_id, i.version + 1, 'completed', i.disease, i.dose_role, i.ordinal, i.product, w.lot_id, w.vial_id,
       i.place_id, i.session_id, i.visit_id, i.area_id, i.staff_id, i.device_id, :body_site, :volume_ml, i.occurred_at, :at, :by,
       i.source, i.rule_set_id, :reason
  from immunization i
  join vial w on w.place_id = i.place_id and w.vial_id = :vial_id and w.session_id = i.session_id
 where i.person_id = :person_id and i.immunization_id = :immunization_id and i.version = :version;

-- name: take_from_vial
-- One dose out of a vial of a session that was open when it was given.
update vial set doses_left = doses_left - 1
 where place_id = :place_id and vial_id = :vial_id and session_id = :session_id and closed_at is null and use_by > :at;

-- name: undo_visit
-- The person waits for the injection again.
update visit
   set step = 'injection', immunization_id = null, injected_at = null, observe_until = null, discharged_at = null,
       discharged_by = null, outcome = null
 where place_id = :place_id and visit_id = :visit_id and immunization_id = :immunization_id;

-- name: came_from_vial
-- Whether a dose's entry took it out of a vial.
select exists (select from stock_posting
                where place_id = :place_id and posting_id = :immunization_id and state = 'opened' and doses < 0);

-- name: undo_claim
update dose_claim set immunization_id = null
 where person_id = :person_id and immunization_id = :immunization_id and appointment_id is not null;

-- name: drop_claim
delete from dose_claim where person_id = :person_id and immunization_id = :immunization_id and appointment_id is null;

-- name: undo_appointment
update appointment set status = 'checked_in'
 where place_id = :place_id and appointment_id = (select appointment_id from visit where place_id = :place_id and visit_id = :visit_id);

-- name: for_correction
-- The version that counts, with the unit that its dose was posted from.
select i.person_id, i.immunization_id, i.version, i.status, i.place_id, i.session_id, i.lot_id,
       coalesce(vial.unit_id, (select s.unit_id from stock_account s
                                where s.place_id = i.place_id and s.lot_id = i.lot_id and s.state = 'administered'
                                  and s.balance > 0
                                order by s.unit_id = i.lot_id desc limit 1)) as unit_id,
       i.product, i.disease, i.dose_role, i.ordinal, i.occurred_at, i.area_id, i.source, p.sex, p.birth_date, p.priority_group_id
  from immunization i
  join person p on p.person_id = i.person_id
  left join vial on vial.place_id = i.place_id and vial.vial_id = i.vial_id and vial.lot_id = i.lot_id
 where i.person_id = :person_id and i.immunization_id = :immunization_id
 order by i.version desc
 limit 1;

-- name: correct
-- A later version after the session: another day or lot, or not given. The vial is named only while the lot is its own.
insert into immunization (person_id, immunization_id, version, status, disease, dose_role, ordinal, product, lot_id, vial_id, place_id,
                          session_id, visit_id, area_id, staff_id, device_id, body_site, volume_ml, occurred_at, recorded_at,
                          recorded_by, source, rule_set_id, reason)
select i.person_id, i.immunization_id, i.version + 1, :status, i.disease, i.dose_role, i.ordinal, i.product, :lot_id,
       case when i.lot_id = :lot_id then i.vial_id end, i.place_id, i.session_id, i.visit_id, i.area_id, i.staff_id, i.device_id,
       i.body_site, i.volume_ml, :occurred_at, :at, :by, i.source, i.rule_set_id, :reason
  from immunization i
 where i.person_id = :person_id and i.immunization_id = :immunization_id and i.version = :version;

-- name: claim_late
-- The dose becomes the person's one dose of its role and ordinal, unless there is one.
insert into dose_claim (person_id, disease, role, ordinal, immunization_id, place_id, claimed_at)
values (:person_id, :disease, :role, :ordinal, :immunization_id, :place_id, :at)
on conflict on constraint dose_claim_pkey do nothing;

-- name: insert_late
insert into immunization (person_id, immunization_id, version, status, disease, dose_role, ordinal, product, lot_id, place_id, area_id,
                          occurred_at, recorded_at, recorded_by, source, reason)
select p.person_id, :immunization_id, 1, 'completed', :disease, :dose_role, :ordinal, :product, :lot_id, :place_id, p.area_id,
       :occurred_at, :at, :by, :source, :reason
  from person p
 where p.person_id = :person_id;

-- name: has_any
-- Whether a dose stands in a person's record, undone ones included.
select exists (select from immunization where person_id = :person_id) as found;
