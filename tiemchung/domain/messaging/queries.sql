-- name: template
-- The text in force on a day.
select code, body, body_en from message_template
 where code = :code and valid_from <= :today
 order by valid_from desc
 limit 1;

-- name: insert_message
insert into outbox_message (message_id, person_id, channel, template, lang, address_sealed, address_index, body_sealed,
                            state, created_at)
values (:message_id, :person_id, 'sms', :template, :lang, :address_sealed, :address_index, :body_sealed, 'waiting', :at);

-- name: waiting
-- Messages to go out, oldest first; two workers take different ones.
select message_id, channel, address_sealed, body_sealed
  from outbox_message
 where state = 'waiting'
 order by created_at
 limit 500
   for update skip locked;

-- name: mark_sent
update outbox_message set state = 'sent', attempts = attempts + 1, sent_at = :at, receipt = :receipt
 where message_id = :message_id;

-- name: inbox
-- The newest messages to one address.
select message_id, template, lang, body_sealed, state, created_at, sent_at
  from outbox_message
 where address_index = :address_index
 order by created_at desc, message_id desc
 limit 50;
