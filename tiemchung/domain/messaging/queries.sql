-- name: template
-- The text in force on a day.
select code, body, body_en from message_template
 where code = :code and valid_from <= :today
 order by valid_from desc
 limit 1;

-- name: insert_message
insert into outbox_message (message_id, person_id, channel, template, lang, address_sealed, address_index, body_sealed,
                            state, created_at)
values (:message_id, :person_id, :channel, :template, :lang, :address_sealed, :address_index, :body_sealed, 'waiting', :at);

-- name: due
-- Messages to go out, the longest due first, with how many the address got today and what it last replied; two workers take
-- different ones.
select o.message_id, o.person_id, o.channel, o.template, o.lang, o.address_sealed, o.address_index, o.body_sealed, o.attempts,
       (select count(*) from outbox_message t
         where t.address_index = o.address_index and t.sent_at > :at::timestamptz - interval '1 day')::int as today,
       (select r.kind from message_reply r
         where r.address_index = o.address_index order by r.received_at desc, r.reply_id desc limit 1) as last_reply
  from outbox_message o
 where o.state = 'waiting' and coalesce(o.next_at, o.created_at) <= :at and o.channel = any(:channels::text[])
 order by coalesce(o.next_at, o.created_at)
 limit :most
   for update of o skip locked;

-- name: mark_sent
-- Nothing goes to the address again: a report finds the message by its receipt.
update outbox_message
   set state = 'sent', address_sealed = null, attempts = attempts + 1, sent_at = :at, receipt = :receipt, gateway = :gateway, failure = null
 where message_id = :message_id;

-- name: put_off
update outbox_message set next_at = :next_at where message_id = :message_id;

-- name: not_taken
-- Tried again at a moment, or never.
update outbox_message
   set attempts = attempts + 1, next_at = :next_at::timestamptz, failure = :failure,
       state = case when :next_at::timestamptz is null then 'failed' else 'waiting' end,
       address_sealed = case when :next_at::timestamptz is not null then address_sealed end
 where message_id = :message_id;

-- name: stopped
update outbox_message set state = 'stopped', address_sealed = null, failure = :failure where message_id = :message_id;

-- name: stop_email
-- What waits to go to an e-mail address that was erased.
update outbox_message set state = 'stopped', address_sealed = null, failure = 'erased'
 where person_id = :person_id and channel = 'email' and state = 'waiting';

-- name: forget
delete from outbox_message o using person p
 where p.person_id = o.person_id and (p.person_id = :person_id or p.merged_into = :person_id);

-- name: received
-- The newest report counts, but what was delivered stays so.
update outbox_message
   set state = :state, delivered_at = case when :state = 'delivered' then :at::timestamptz end
 where receipt = :receipt and state in ('sent', 'failed');

-- name: insert_reply
insert into message_reply (reply_id, address_index, kind, received_at) values (:reply_id, :address_index, :kind, :at);

-- name: budget
select (value #>> '{}')::int from setting where name = 'messages_an_hour';

-- name: sent_since
select count(*)::int from outbox_message where sent_at > :since and template <> 'otp';

-- name: subscribe
-- One browser a sign-in; the same again replaces what it said.
insert into push_browser (sign_in_id, sealed, endpoint_index, created_at)
values (:sign_in_id, :sealed, :endpoint_index, :at)
    on conflict (sign_in_id) do update
   set sealed = excluded.sealed, endpoint_index = excluded.endpoint_index, created_at = excluded.created_at, ended_at = null;

-- name: unsubscribe
update push_browser set ended_at = :at where sign_in_id = :sign_in_id and ended_at is null;

-- name: is_subscribed
select exists (select from push_browser where sign_in_id = :sign_in_id and ended_at is null) as subscribed;

-- name: subscriptions
-- The browsers in which somebody is signed in who may open the person's record.
select b.sign_in_id, b.sealed, b.endpoint_index
  from account_person a
  join sign_in s on s.account_id = a.account_id and s.ended_at is null and s.expires_at > :at
  join push_browser b on b.sign_in_id = s.sign_in_id and b.ended_at is null
 where a.person_id = :person_id and a.ended_at is null
 limit 20;

-- name: reached_by_push
-- Who of these people is told by push.
select distinct a.person_id
  from account_person a
  join sign_in s on s.account_id = a.account_id and s.ended_at is null and s.expires_at > :at
  join push_browser b on b.sign_in_id = s.sign_in_id and b.ended_at is null
 where a.person_id = any(:person_ids::uuid[]) and a.ended_at is null;

-- name: end_subscription
update push_browser set ended_at = :at where endpoint_index = :endpoint_index and ended_at is null;

-- name: inbox
-- The newest messages to one address.
select message_id, template, lang, body_sealed, state, created_at, sent_at
  from outbox_message
 where address_index = :address_index
 order by created_at desc, message_id desc
 limit 50;
