-- name: insert
-- The same declaration again is the same row.
insert into declaration (person_id, declaration_id, code, answers, verdict, channel, declared_at)
values (:person_id, :declaration_id, :code, :answers, :verdict, :channel, :at)
on conflict do nothing;

-- name: one
select person_id, declaration_id, code, answers, verdict, channel, declared_at
  from declaration
 where person_id = :person_id and declaration_id = :declaration_id;

-- name: of_person
select person_id, declaration_id, code, answers, verdict, channel, declared_at
  from declaration
 where person_id = :person_id
 order by declared_at desc, declaration_id desc
 limit :most;

-- name: newest
-- What each of some people declared last, where it is not older than a moment.
select distinct on (person_id) person_id, declaration_id, code, answers, verdict, channel, declared_at
  from declaration
 where person_id = any(:person_ids::uuid[]) and declared_at > :since
 order by person_id, declared_at desc, declaration_id desc;

-- name: by_code
select person_id, declaration_id, code, answers, verdict, channel, declared_at
  from declaration
 where code = :code;

-- name: forget
delete from declaration where person_id = :person_id;
