-- name: province_of
-- The province of a place, by its code.
select split_part(a.path::text, '.', case when a.path <@ 'VN2025' then 2 else 3 end) as code
  from place p
  join area a on a.area_id = p.area_id
 where p.place_id = :place_id;

-- name: known
-- What a schedule is asked about some people: the doses and findings that count, each at its highest version.
select p.person_id, p.birth_date, p.birth_precision, p.sex,
       split_part(a.path::text, '.', case when a.path <@ 'VN2025' then 2 else 3 end) as area_code,
       coalesce((select jsonb_agg(jsonb_build_object('immunization_id', i.immunization_id, 'source', i.source, 'product', i.product,
                                                     'on', (i.occurred_at at time zone 'Asia/Ho_Chi_Minh')::date,
                                                     'recorded_at', i.recorded_at)
                                  order by i.occurred_at, i.immunization_id)
                   from immunization i
                   join product pr on pr.code = i.product
                  where i.person_id = p.person_id and pr.disease = :disease and i.status = 'completed'
                    and not exists (select from immunization later
                                     where later.person_id = i.person_id and later.immunization_id = i.immunization_id
                                       and later.version > i.version)), '[]') as doses,
       coalesce((select jsonb_agg(jsonb_build_object('code', f.code, 'product', f.product, 'started_on', f.started_on,
                                                     'ended_on', f.ended_on, 'recorded_at', f.recorded_at)
                                  order by f.recorded_at, f.finding_id)
                   from finding f
                  where f.person_id = p.person_id and f.status = 'present'
                    and not exists (select from finding later
                                     where later.person_id = f.person_id and later.finding_id = f.finding_id
                                       and later.version > f.version)), '[]') as findings
  from person p
  join area a on a.area_id = p.area_id
 where p.person_id = any(:person_ids::uuid[]) and p.merged_into is null;

-- name: insert_finding
insert into finding (person_id, finding_id, version, status, code, product, started_on, ended_on, source, recorded_at, recorded_by)
values (:person_id, :finding_id, 1, 'present', :code, :product, :started_on, :ended_on, :source, :at, :by);

-- name: open_findings
-- Findings of some codes that have not ended.
select f.finding_id, f.version, f.code, f.product
  from finding f
 where f.person_id = :person_id and f.code = any(:codes::text[]) and f.status = 'present' and f.ended_on is null
   and not exists (select from finding later where later.person_id = f.person_id and later.finding_id = f.finding_id
                      and later.version > f.version);

-- name: end_finding
insert into finding (person_id, finding_id, version, status, code, product, started_on, ended_on, source, recorded_at, recorded_by,
                     reason)
select person_id, finding_id, version + 1, status, code, product, started_on, greatest(started_on, :ended_on::date), source, :at, :by,
       :reason
  from finding
 where person_id = :person_id and finding_id = :finding_id and version = :version;

-- name: current
-- What stands now for a person.
select person_id, recommendation_id, disease, rule_set_id, assessed_on, known_at, next_change, status, basic_complete, dose_role,
       ordinal, earliest, recommended, past_due, deferred_until
  from recommendation
 where person_id = :person_id and disease = :disease and superseded_at is null;

-- name: versions
-- Every answer that a person was given, the newest first.
select person_id, recommendation_id, disease, rule_set_id, assessed_on, known_at, next_change, status, basic_complete, dose_role,
       ordinal, earliest, recommended, past_due, deferred_until
  from recommendation
 where person_id = :person_id and disease = :disease
 order by known_at desc, recommendation_id desc
 limit 200;

-- name: wait
-- People whose answer has to be looked at again.
insert into recommendation_due (person_id, since)
select person_id, :at from unnest(:person_ids::uuid[]) as people (person_id)
on conflict (person_id) do nothing;

-- name: no_timeout
-- Looking through the whole population takes as long as it takes; it is done away from the doors.
select set_config('statement_timeout', '0', true);

-- name: wait_for_rules
-- Everybody whose answer is another schedule's than the one in force, or who has none; so many at once.
insert into recommendation_due (person_id, since)
select p.person_id, :at
  from person p
 where p.merged_into is null
   and not exists (select from recommendation r
                    where r.person_id = p.person_id and r.disease = :disease and r.superseded_at is null
                      and r.rule_set_id = :rule_set_id)
on conflict (person_id) do nothing;

-- name: wait_for_time
-- Everybody whose answer changes today by time alone.
insert into recommendation_due (person_id, since)
select person_id, :at from recommendation where superseded_at is null and next_change <= :on
on conflict (person_id) do nothing;

-- name: take_due
-- The next people in line; whoever else takes some takes others.
delete from recommendation_due
 where person_id in (select person_id from recommendation_due order by since limit :most for update skip locked)
returning person_id;

-- name: keep
-- New answers, each beside the one that it replaces. One that says the same by the same schedule only moves its day. Told back:
-- whose basic course is complete now and was not by the answer before.
with fresh as (
    select * from jsonb_to_recordset(:answers::jsonb) as f (
        person_id uuid, recommendation_id uuid, disease text, rule_set_id uuid, assessed_on date, known_at timestamptz,
        next_change date, status text, basic_complete boolean, dose_role text, ordinal smallint, earliest date, recommended date,
        past_due date, deferred_until date, answer jsonb)),
same as (
    update recommendation r set next_change = f.next_change
      from fresh f
     where r.person_id = f.person_id and r.disease = f.disease and r.superseded_at is null and r.rule_set_id = f.rule_set_id
       and r.answer = f.answer and r.status = f.status and r.basic_complete = f.basic_complete
    returning r.person_id),
old as (
    update recommendation r set superseded_at = f.known_at
      from fresh f
     where r.person_id = f.person_id and r.disease = f.disease and r.superseded_at is null
       and r.person_id not in (select person_id from same)
    returning r.person_id, r.basic_complete),
kept as (
    insert into recommendation (person_id, recommendation_id, disease, rule_set_id, assessed_on, known_at, next_change, status,
                                basic_complete, dose_role, ordinal, earliest, recommended, past_due, deferred_until, answer)
    select person_id, recommendation_id, disease, rule_set_id, assessed_on, known_at, next_change, status, basic_complete, dose_role,
           ordinal, earliest, recommended, past_due, deferred_until, answer
      from fresh
     where person_id not in (select person_id from same) and (select count(*) from old) >= 0
    returning person_id, recommendation_id, basic_complete)
select kept.person_id, kept.recommendation_id
  from kept
  join old using (person_id)
 where kept.basic_complete and not old.basic_complete;
