-- name: want
-- People whose identity is open and who have a number of the country, into the queue.
insert into identity_question (person_id, wanted_at)
select p.person_id, :at
  from person p
 where p.person_id = any(:person_ids::uuid[]) and p.identity_status in ('unchecked', 'mismatched') and p.merged_into is null
   and exists (select from person_identifier i where i.person_id = p.person_id and i.ended_at is null and i.country = 'VN'
                  and i.kind in ('national_id', 'personal_code'))
on conflict do nothing;

-- name: want_in_area
insert into identity_question (person_id, wanted_at)
select p.person_id, :at
  from person p
 where p.area_id = :area_id and p.identity_status = 'unchecked' and p.merged_into is null
   and exists (select from person_identifier i where i.person_id = p.person_id and i.ended_at is null and i.country = 'VN'
                  and i.kind in ('national_id', 'personal_code'))
on conflict do nothing;

-- name: begin_round
-- Whether this process may ask now; the lock ends with the transaction, and takes no transaction id as a row lock would.
select pg_try_advisory_xact_lock(hashtextextended('identity.ask', 0)) as may;

-- name: waiting
-- Who is to be asked about, the longest waiting first.
select p.person_id, p.name, p.sex, p.birth_date, p.birth_precision
  from identity_question q
  join person p on p.person_id = q.person_id
 order by q.wanted_at, q.person_id
 limit :most;

-- name: no_longer_wanted
delete from identity_question where person_id = any(:person_ids::uuid[]);

-- name: worklist
-- Records of a commune that wait: no number, or a registry that does not know them; those on no list first.
select p.person_id, p.name, p.sex, p.birth_date, p.birth_precision, p.address,
       case when p.identity_status = 'no_identifier' then 'missing' else coalesce(c.finding, 'unknown') end as finding,
       coalesce(c.answered_at, p.created_at) as since, l.batch_id, l.answer,
       (select count(*) from current_dose d where d.person_id = p.person_id)::int as doses
  from person p
  left join lateral (select finding, answered_at from identity_check k where k.person_id = p.person_id
                      order by k.answered_at desc, k.check_id desc limit 1) c on p.identity_status = 'mismatched'
  left join cleansing_line l on l.person_id = p.person_id and l.done_at is null
 where p.area_id = :area_id and p.identity_status in ('mismatched', 'no_identifier') and p.merged_into is null
   and not is_restricted(p.person_id)
   and (:finding::text is null
        or case when p.identity_status = 'no_identifier' then 'missing' else coalesce(c.finding, 'unknown') end = :finding)
 order by l.batch_id is not null, p.sort_key, p.person_id
 limit :most offset :skip;

-- name: counts
-- How many records of a commune wait, by finding.
select case when p.identity_status = 'no_identifier' then 'missing' else coalesce(c.finding, 'unknown') end as finding,
       count(*)::int as people
  from person p
  left join lateral (select finding from identity_check k where k.person_id = p.person_id
                      order by k.answered_at desc, k.check_id desc limit 1) c on p.identity_status = 'mismatched'
 where p.area_id = :area_id and p.identity_status in ('mismatched', 'no_identifier') and p.merged_into is null
   and not is_restricted(p.person_id)
 group by 1;

-- name: insert_batch
insert into cleansing_batch (batch_id, area_id, made_at, made_by) values (:batch_id, :area_id, :at, :made_by);

-- name: insert_lines
-- The chosen records of the commune that do wait, each with its finding of now.
insert into cleansing_line (person_id, batch_id, finding)
select p.person_id, :batch_id,
       case when p.identity_status = 'no_identifier' then 'missing'
            else coalesce((select finding from identity_check k where k.person_id = p.person_id
                            order by k.answered_at desc, k.check_id desc limit 1), 'unknown') end
  from person p
 where p.person_id = any(:person_ids::uuid[]) and p.area_id = :area_id
   and p.identity_status in ('mismatched', 'no_identifier') and p.merged_into is null
returning person_id;

-- name: batches
-- The lists of a commune, the newest first.
select b.batch_id, b.area_id, a.name as area_name, b.made_at, b.made_by, m.name as made_by_name, b.answered_at,
       n.name as answered_by_name, count(l.person_id)::int as lines,
       (count(l.person_id) filter (where l.done_at is null))::int as left
  from cleansing_batch b
  join area a on a.area_id = b.area_id
  join staff m on m.staff_id = b.made_by
  left join staff n on n.staff_id = b.answered_by
  left join cleansing_line l on l.batch_id = b.batch_id
 where b.area_id = :area_id and (:batch_id::uuid is null or b.batch_id = :batch_id)
 group by b.batch_id, a.name, m.name, n.name
 order by b.made_at desc
 limit 100;

-- name: lines
select l.person_id, l.finding, l.answer, l.correct_sealed, l.done_at
  from cleansing_line l
  join person p on p.person_id = l.person_id
 where l.batch_id = :batch_id
 order by p.sort_key, p.person_id;

-- name: answer_line
update cleansing_line set answer = :answer, correct_sealed = :correct_sealed
 where batch_id = :batch_id and person_id = :person_id and answer is null and done_at is null;

-- name: lines_left
select count(*)::int as left from cleansing_line where batch_id = :batch_id and answer is null;

-- name: sign_batch
update cleansing_batch set answered_at = :at, answered_by = :answered_by where batch_id = :batch_id and answered_at is null;

-- name: take_line
-- An answered line of a signed list, to be applied once.
update cleansing_line l set done_at = :at
  from cleansing_batch b
 where b.batch_id = l.batch_id and l.batch_id = :batch_id and l.person_id = :person_id
   and b.area_id = :area_id and b.answered_at is not null and l.answer is not null and l.done_at is null
returning l.person_id, l.finding, l.answer, l.correct_sealed, l.done_at;

-- name: figures_of_communes
-- The identity of people by the commune they live in, under an area; communes with nobody are left out.
select a.area_id, a.name, count(*)::int as people,
       (count(*) filter (where p.identity_status = 'matched'))::int as matched,
       (count(*) filter (where p.identity_status = 'mismatched'))::int as mismatched,
       (count(*) filter (where p.identity_status = 'no_identifier'))::int as no_identifier,
       (count(*) filter (where p.identity_status = 'unchecked'))::int as unchecked,
       (count(*) filter (where p.identity_status = 'foreigner'))::int as foreigners
  from person p
  join area a on a.area_id = p.area_id
 where a.path <@ :path::text::ltree and p.merged_into is null
 group by a.area_id, a.name
 order by count(*) filter (where p.identity_status in ('mismatched', 'no_identifier')) desc, a.name
 limit 1000;

-- name: figures_of_sites
-- What keeps the doses of a site from becoming passports: no signature, no match, no number; and visits without a result.
with here as (
    select p.place_id, p.name from place p join area a on a.area_id = p.area_id where a.path <@ :path::text::ltree),
signed as (
    select (c ->> 0)::uuid as immunization_id, (c ->> 1)::int as version
      from site_signature s join here on here.place_id = s.place_id, jsonb_array_elements(s.covers) c),
waiting as (
    select v.place_id, count(*)::int as visits
      from visit v join here on here.place_id = v.place_id
      join session t on t.place_id = v.place_id and t.session_id = v.session_id
     where t.starts_at < :today and v.step not in ('done', 'deferred', 'left')
     group by v.place_id)
select here.place_id, here.name, count(*)::int as doses,
       (count(*) filter (where s.immunization_id is null))::int as unsigned,
       (count(*) filter (where p.identity_status = 'mismatched'))::int as mismatched,
       (count(*) filter (where p.identity_status = 'no_identifier'))::int as no_identifier,
       coalesce(max(w.visits), 0)::int as without_result
  from here
  join current_dose d on d.place_id = here.place_id
  join person p on p.person_id = d.person_id
  cross join lateral (select max(i.version) as version from immunization i
                       where i.person_id = d.person_id and i.immunization_id = d.immunization_id) now
  left join signed s on s.immunization_id = d.immunization_id and s.version = now.version
  left join waiting w on w.place_id = here.place_id
 where d.source <> 'self_declared'
 group by here.place_id, here.name
 order by 4 desc, 5 desc, here.name
 limit 500;
