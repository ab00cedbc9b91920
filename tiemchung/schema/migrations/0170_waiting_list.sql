-- People who would come at short notice, and what the schedule says about the day of a booking.

create table waiting_list_entry (
    person_id uuid not null references person,
    entry_id uuid not null,
    place_id uuid not null references place,
    campaign_id smallint not null references campaign,
    priority smallint not null,
    status text not null check (status in ('waiting', 'offered', 'accepted', 'declined', 'expired', 'left')),
    joined_at timestamptz not null,
    session_id uuid,
    appointment_id uuid,
    offered_until timestamptz,
    token_digest bytea,
    answered_at timestamptz,
    primary key (person_id, entry_id),
    check (status <> 'offered' or num_nonnulls(session_id, appointment_id, offered_until, token_digest) = 4)
);
create unique index waiting_list_once on waiting_list_entry (person_id, place_id) where status in ('waiting', 'offered');
create index waiting_list_line on waiting_list_entry (place_id, campaign_id, priority, joined_at) where status = 'waiting';
create index waiting_list_token on waiting_list_entry (token_digest) where token_digest is not null;
create index waiting_list_offered on waiting_list_entry (offered_until) where status = 'offered';
comment on table waiting_list_entry is 'Who would come at short notice to a place: offered in the order of priority and waiting, each offer with its minutes.';

insert into message_template (code, valid_from, body, body_en)
select 'standby_offer', '2021-07-10',
       'Tiêm Chủng: có chỗ ở {place} lúc {time}. Trả lời trong {minutes} phút: {link}. Không đến được cũng bấm vào để nhường chỗ.',
       'Tiêm Chủng: a place at {place} at {time}. Answer within {minutes} minutes: {link}. If you cannot come, say so there.'
 where exists (select from message_template);

insert into message_template (code, valid_from, body, body_en)
select 'appointment_rebooked', '2021-07-10',
       'Tiêm Chủng: lịch hẹn của bạn phải đổi sang {time} tại {place}. Mã check-in: {code}. Không hợp thì đổi trong Sổ sức khỏe.',
       'Tiêm Chủng: your appointment had to be moved to {time} at {place}. Check-in code: {code}. If it does not suit, change it in the health book.'
 where exists (select from message_template);
