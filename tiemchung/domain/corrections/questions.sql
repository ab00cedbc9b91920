-- name: ask
-- The same question again is the same row.
insert into help_question (question_id, number, topic, province_code, said_sealed, phone_sealed, lang, asked_at, answer_by)
values (:question_id, :number, :topic, :province_code, :said_sealed, :phone_sealed, :lang, :at, :answer_by)
on conflict (question_id) do nothing;

-- name: one
select q.question_id, q.number, q.topic, q.province_code, area.name as province_name, q.asked_at, q.answer_by,
       q.phone_sealed is not null as has_phone, coalesce(a.step, 0)::smallint as step, coalesce(a.outcome, 'open') as state
  from help_question q
  left join area on area.code = q.province_code and area.level = 'province' and area.valid_to = '2025-07-01'
  left join lateral (select step, outcome from help_answer a where a.question_id = q.question_id order by step desc limit 1) a on true
 where q.question_id = :question_id;

-- name: by_number
select question_id from help_question where number = :number;

-- name: written
select said_sealed, phone_sealed, lang from help_question where question_id = :question_id;

-- name: answers
select a.step, a.outcome, a.message, a.at, staff.name as by_name
  from help_answer a join staff on staff.staff_id = a.by
 where a.question_id = :question_id
 order by a.step;

-- name: worklist
-- What waits in a province or in the nation (null: with those that name no province), the most urgent first; or what has ended.
select q.question_id, q.number, q.topic, q.province_code, area.name as province_name, q.asked_at, q.answer_by,
       q.phone_sealed is not null as has_phone, coalesce(a.step, 0)::smallint as step, coalesce(a.outcome, 'open') as state
  from help_question q
  left join area on area.code = q.province_code and area.level = 'province' and area.valid_to = '2025-07-01'
  left join lateral (select step, outcome from help_answer a where a.question_id = q.question_id order by step desc limit 1) a on true
 where (:province::text is null or q.province_code = :province) and (coalesce(a.outcome, 'open') = 'closed') = :closed
 order by case when :closed then -extract(epoch from q.asked_at) else extract(epoch from q.answer_by) end
 limit 200;

-- name: answer
-- The next step of a question that is not closed; the same step twice is refused by its key.
insert into help_answer (question_id, step, outcome, message, at, by)
values (:question_id, :step, :outcome, :message, :at, :by);
