-- name: insert_ticket
-- The same ticket again is the same row.
insert into ticket (person_id, ticket_id, number, kind, about, said_sealed, place_id, province_code, channel, opened_at, opened_by,
                    answer_by)
values (:person_id, :ticket_id, :number, :kind, :about, :said_sealed, :place_id, :province_code, :channel, :at, :by, :answer_by)
on conflict do nothing;

-- name: insert_step
insert into ticket_step (person_id, ticket_id, step, state, due_at, message, at, by)
values (:person_id, :ticket_id, :step, :state, :due_at, :message, :at, :by);

-- name: insert_photo
insert into ticket_photo (person_id, ticket_id, picture_sealed) values (:person_id, :ticket_id, :picture_sealed);

-- name: delete_photo
delete from ticket_photo where person_id = :person_id and ticket_id = :ticket_id;

-- name: one
select t.person_id, t.ticket_id, t.number, t.kind, t.about, t.place_id, t.place_name, t.province_code, t.opened_at, t.answer_by,
       t.escalated_at, t.step, t.state, t.due_at, t.message, t.at, t.person_name, t.has_photo
  from ticket_now t
 where t.person_id = :person_id and t.ticket_id = :ticket_id;

-- name: by_number
select t.person_id, t.ticket_id, t.number, t.kind, t.about, t.place_id, t.place_name, t.province_code, t.opened_at, t.answer_by,
       t.escalated_at, t.step, t.state, t.due_at, t.message, t.at, t.person_name, t.has_photo
  from ticket_now t
 where t.number = :number;

-- name: of_person
select t.person_id, t.ticket_id, t.number, t.kind, t.about, t.place_id, t.place_name, t.province_code, t.opened_at, t.answer_by,
       t.escalated_at, t.step, t.state, t.due_at, t.message, t.at, t.person_name, t.has_photo
  from ticket_now t
 where t.person_id = :person_id
 order by t.opened_at desc
 limit 100;

-- name: worklist
-- The tickets of a place, or of a province: those of its places that are late and those that no place owns.
select t.person_id, t.ticket_id, t.number, t.kind, t.about, t.place_id, t.place_name, t.province_code, t.opened_at, t.answer_by,
       t.escalated_at, t.step, t.state, t.due_at, t.message, t.at, t.person_name, t.has_photo
  from ticket_now t
 where (t.state in ('done', 'refused')) = :closed
   and t.kind = any(:kinds::text[])
   and (:place_id::uuid is null or t.place_id = :place_id)
   and (:province_code::text is null
        or (t.province_code = :province_code and (t.place_id is null or t.escalated_at is not null)))
 order by case when :closed then -extract(epoch from t.at) else extract(epoch from t.due_at) end
 limit 200;

-- name: steps
select s.step, s.state, s.due_at, s.message, s.at, staff.name as by_name
  from ticket_step s
  left join staff on staff.staff_id = s.by
 where s.person_id = :person_id and s.ticket_id = :ticket_id
 order by s.step;

-- name: said
select said_sealed from ticket where person_id = :person_id and ticket_id = :ticket_id;

-- name: photo
select picture_sealed from ticket_photo where person_id = :person_id and ticket_id = :ticket_id;

-- name: escalate
-- Late ones that the province does not know of yet: no first answer in time, or not ended in time.
update ticket set escalated_at = :at
 where (person_id, ticket_id) in (
    select t.person_id, t.ticket_id
      from ticket_now t
     where t.escalated_at is null and t.state not in ('done', 'refused')
       and (t.due_at < :at or (t.state = 'open' and t.answer_by < :at))
     limit :most)
returning person_id, place_id, ticket_id;
