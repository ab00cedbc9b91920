-- name: answer
-- Answer a day once; the first answer stays.
insert into reaction_check (person_id, immunization_id, day, due_on, sampled, feeling, answered_at)
values (:person_id, :immunization_id, :day, :due_on, false, :feeling, :at)
on conflict (person_id, immunization_id, day) do update set feeling = excluded.feeling, answered_at = excluded.answered_at
 where reaction_check.answered_at is null;

-- name: checks
select immunization_id, day, feeling, answered_at from reaction_check where person_id = :person_id order by due_on;

-- name: plan_checks
insert into reaction_check (person_id, immunization_id, day, due_on, sampled)
select :person_id, :immunization_id, day, due_on, true from unnest(:days::smallint[], :due::date[]) as planned (day, due_on)
on conflict do nothing;

-- name: due
-- Take the questions of today that were not asked or answered; those of a dose that no longer counts are never asked.
with asked as (
    update reaction_check set asked_at = :at
     where (person_id, immunization_id, day) in (
        select c.person_id, c.immunization_id, c.day
          from reaction_check c
         where c.sampled and c.asked_at is null and c.due_on <= :today
         order by c.due_on
         limit :most
           for update skip locked)
    returning person_id, immunization_id, due_on, answered_at
)
select distinct asked.person_id
  from asked
 where asked.answered_at is null and asked.due_on = :today
   and (select i.status from immunization i
         where i.person_id = asked.person_id and i.immunization_id = asked.immunization_id
         order by i.version desc limit 1) = 'completed';

-- name: insert_report
-- The same report again is the same row.
insert into aefi_report (person_id, report_id, immunization_id, place_id, dangers, signs, onset_on, temperature_c,
                         sought_care, missed_work, note, channel, reported_at, reported_by)
values (:person_id, :report_id, :immunization_id, :place_id, :dangers, :signs, :onset_on, :temperature_c,
        :sought_care, :missed_work, :note, :channel, :at, :by)
on conflict do nothing;

-- name: reports
select person_id, report_id, immunization_id, place_id, dangers, signs, onset_on, temperature_c, sought_care, missed_work,
       note, channel, reported_at
  from aefi_report
 where person_id = :person_id
 order by reported_at desc
 limit 100;

-- name: lock_person
-- Two reports of one person wait for one another, so that one case is opened.
select person_id from person where person_id = :person_id for update;

-- name: insert_version
insert into aefi_case (person_id, case_id, version, report_id, immunization_id, place_id, status, serious, causality,
                       council, decided_on, note, opened_at, serious_at, at, by)
values (:person_id, :case_id, :version, :report_id, :immunization_id, :place_id, :status, :serious, :causality,
        :council, :decided_on, :note, :opened_at, :serious_at, :at, :by);

-- name: case
select c.person_id, c.case_id, c.version, c.report_id, c.immunization_id, c.place_id, c.place_name, c.status,
       c.serious, c.causality, c.council, c.decided_on, c.note, c.opened_at, c.serious_at, c.at, c.by_name,
       c.person_name, c.product_name, c.lot_number, c.session_id, c.occurred_at, c.dangers
  from aefi_case_now c
 where c.person_id = :person_id and c.case_id = :case_id;

-- name: of_person
select c.person_id, c.case_id, c.version, c.report_id, c.immunization_id, c.place_id, c.place_name, c.status,
       c.serious, c.causality, c.council, c.decided_on, c.note, c.opened_at, c.serious_at, c.at, c.by_name,
       c.person_name, c.product_name, c.lot_number, c.session_id, c.occurred_at, c.dangers
  from aefi_case_now c
 where c.person_id = :person_id
 order by c.opened_at desc
 limit 50;

-- name: earlier
-- The cases of some people, the newest first: what a doctor has to know before the next dose.
select c.person_id, c.case_id, c.version, c.report_id, c.immunization_id, c.place_id, c.place_name, c.status,
       c.serious, c.causality, c.council, c.decided_on, c.note, c.opened_at, c.serious_at, c.at, c.by_name,
       c.person_name, c.product_name, c.lot_number, c.session_id, c.occurred_at, c.dangers
  from aefi_case_now c
 where c.person_id = any(:person_ids::uuid[])
 order by c.opened_at desc
 limit 5000;

-- name: open_case
-- The case of a dose that is still worked on, or was opened within a week.
select c.person_id, c.case_id, c.version, c.report_id, c.immunization_id, c.place_id, c.place_name, c.status,
       c.serious, c.causality, c.council, c.decided_on, c.note, c.opened_at, c.serious_at, c.at, c.by_name,
       c.person_name, c.product_name, c.lot_number, c.session_id, c.occurred_at, c.dangers
  from aefi_case_now c
 where c.person_id = :person_id and c.immunization_id = :immunization_id
   and (c.status <> 'closed' or c.opened_at > :since)
 order by c.opened_at desc
 limit 1;

-- name: cases
-- What waits in a place, an area or the nation, serious ones first, then the oldest; or what is closed, the newest first.
select c.person_id, c.case_id, c.version, c.report_id, c.immunization_id, c.place_id, c.place_name, c.status,
       c.serious, c.causality, c.council, c.decided_on, c.note, c.opened_at, c.serious_at, c.at, c.by_name,
       c.person_name, c.product_name, c.lot_number, c.session_id, c.occurred_at, c.dangers
  from aefi_case_now c
  join place p on p.place_id = c.place_id
  join area a on a.area_id = p.area_id
 where (c.status = 'closed') = :closed
   and (:place_id::uuid is null or c.place_id = :place_id)
   and (:area_path::text is null or a.path <@ :area_path::ltree)
 order by c.serious_at nulls last, case when :closed then -extract(epoch from c.at) else extract(epoch from c.opened_at) end
 limit 200;

-- name: versions
select v.person_id, v.case_id, v.version, v.report_id, v.immunization_id, v.place_id, v.place_name, v.status,
       v.serious, v.causality, v.council, v.decided_on, v.note, v.opened_at, v.serious_at, v.at, v.by_name,
       v.person_name, v.product_name, v.lot_number, v.session_id, v.occurred_at, v.dangers
  from aefi_case_version v
 where v.person_id = :person_id and v.case_id = :case_id
 order by v.version desc;

-- name: shared
-- Reports of other people after a dose of the same lot in the same session.
select count(distinct r.person_id)
  from immunization mine
  join immunization other on other.place_id = mine.place_id and other.session_id = mine.session_id
                         and other.lot_id = mine.lot_id and other.person_id <> mine.person_id
  join aefi_report r on r.person_id = other.person_id and r.immunization_id = other.immunization_id
 where mine.person_id = :person_id and mine.immunization_id = :immunization_id
   and mine.place_id = :place_id and mine.session_id = :session_id;

-- name: of_lots
-- What followed the doses of each lot of a product; a dose that was entered in error no longer counts.
with followed as (
    select person_id, immunization_id, 1 as reports, 0 as serious from aefi_report
    union all
    select person_id, immunization_id, 0, 1 from aefi_case_now where serious <> 'no'
)
select d.lot_id, sum(f.reports)::int as reports, sum(f.serious)::int as serious
  from followed f
  join lateral (select i.lot_id, i.product, i.status from immunization i
                 where i.person_id = f.person_id and i.immunization_id = f.immunization_id
                 order by i.version desc limit 1) d on d.status = 'completed' and d.product = :product
 where d.lot_id is not null
 group by d.lot_id;
