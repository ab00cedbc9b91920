-- name: missing
-- Who has no result yet in a session: those who are expected, and those who were received; in the order of the list.
select null::uuid as visit_id, null::int as number, t.code, p.name, p.birth_date, p.birth_precision, p.sex, t.dose_role, t.ordinal, t.starts_at
  from appointment t
  join person p on p.person_id = t.person_id
 where t.place_id = :place_id and t.session_id = :session_id and t.status = 'booked'
union all
select v.visit_id, v.number, null, p.name, p.birth_date, p.birth_precision, p.sex, v.dose_role, v.ordinal, v.checked_in_at
  from visit v
  join person p on p.person_id = v.person_id
 where v.place_id = :place_id and v.session_id = :session_id and v.step in ('screening', 'injection')
 order by 10, 4
 limit 2000;

-- name: never_came
-- Whom a session expected and nobody received, in the order of the list.
select null::uuid as visit_id, null::int as number, t.code, p.name, p.birth_date, p.birth_precision, p.sex, t.dose_role, t.ordinal, t.starts_at
  from appointment t
  join person p on p.person_id = t.person_id
 where t.place_id = :place_id and t.session_id = :session_id and t.status in ('booked', 'no_show')
 order by t.starts_at, p.sort_key
 limit 2000;

-- name: givers
-- The nurses and doctors of a place who had not left before a session; an account may be younger than the work on paper.
select distinct s.staff_id, s.name
  from session w
  join staff_role r on r.place_id = w.place_id and r.role in ('nurse', 'doctor')
  join staff s on s.staff_id = r.staff_id
 where w.place_id = :place_id and w.session_id = :session_id
   and (r.valid_to is null or r.valid_to > (w.starts_at at time zone 'Asia/Ho_Chi_Minh')::date)
   and (s.ended_at is null or s.ended_at > w.starts_at)
 order by s.name
 limit 200;

-- name: known
-- Whether this row was entered already.
select exists (select from paper_entry where place_id = :place_id and entry_id = :entry_id);

-- name: screened
-- What the doctor concluded on paper; without a paper nobody concluded, and the gate says so.
update visit
   set step = 'injection', screened_at = :at, screened_by = :by, conclusion = :conclusion,
       screening = jsonb_build_object('on_paper', :conclusion::text is not null)
 where place_id = :place_id and visit_id = :visit_id and step = 'screening';

-- name: insert
insert into paper_entry (place_id, entry_id, session_id, visit_id, immunization_id, happened_at, entered_at, entered_by)
values (:place_id, :entry_id, :session_id, :visit_id, :immunization_id, :at, :entered_at, :by);

-- name: entries
-- What was typed in of a session, the newest first, with the rules that spoke against a dose until somebody has looked.
select e.entry_id, v.number, p.name, e.happened_at, e.entered_at, s.name as by_name, giver.name as given_by_name, l.number as lot_number, w.number as vial_number,
       e.immunization_id is not null as given, v.outcome,
       coalesce((select r.reasons from dose_review r
                  where r.place_id = e.place_id and r.review_id = e.immunization_id and r.settled_at is null), '{}') as reasons
  from paper_entry e
  join visit v on v.place_id = e.place_id and v.visit_id = e.visit_id
  join person p on p.person_id = v.person_id
  join staff s on s.staff_id = e.entered_by
  left join lateral (select i.lot_id, i.vial_id, i.staff_id from immunization i
                      where i.person_id = v.person_id and i.immunization_id = e.immunization_id
                      order by i.version desc limit 1) i on true
  left join staff giver on giver.staff_id = i.staff_id
  left join lot l on l.lot_id = i.lot_id
  left join vial w on w.place_id = e.place_id and w.vial_id = i.vial_id
 where e.place_id = :place_id and e.session_id = :session_id
 order by e.entered_at desc, v.number desc
 limit 2000;
