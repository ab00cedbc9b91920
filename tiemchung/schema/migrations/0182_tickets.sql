-- What people ask to be put right, shown, restricted or erased.

create table ticket (
    person_id uuid not null references person,
    ticket_id uuid not null,
    number text not null,
    kind text not null check (kind in ('field', 'dose', 'missing', 'see', 'restrict', 'erase')),
    about jsonb not null,
    said_sealed bytea not null,
    place_id uuid references place,
    province_code text not null,
    channel text not null check (channel in ('app', 'code', 'staff')),
    opened_at timestamptz not null,
    opened_by uuid,
    answer_by timestamptz not null,
    escalated_at timestamptz,
    primary key (person_id, ticket_id)
);
create index ticket_number on ticket (number);
create index ticket_place on ticket (place_id, opened_at) where place_id is not null;
create index ticket_province on ticket (province_code, opened_at);
comment on table ticket is 'A person disputes a field or a dose, claims a missing one, or asks to see, restrict or erase their data: owned by a place, or by the province. What they wrote is encrypted.';

create table ticket_step (
    person_id uuid not null,
    ticket_id uuid not null,
    step smallint not null check (step > 0),
    state text not null check (state in ('open', 'answered', 'extended', 'done', 'refused')),
    due_at timestamptz not null,
    message text not null,
    at timestamptz not null,
    by uuid,
    constraint ticket_step_pkey primary key (person_id, ticket_id, step),
    foreign key (person_id, ticket_id) references ticket,
    check (step = 1 or message <> '')
);
comment on table ticket_step is 'What happened to a ticket, append-only: the highest step is where it stands. The message is what the person reads.';

create table ticket_photo (
    person_id uuid not null,
    ticket_id uuid not null,
    picture_sealed bytea not null,
    primary key (person_id, ticket_id),
    foreign key (person_id, ticket_id) references ticket
);
comment on table ticket_photo is 'A picture of a paper certificate, encrypted, while its ticket is open; deleted when the ticket closes.';

-- A ticket may amend more than a registry can: what the record said is kept with the ticket that asked.
alter table person_version add column nationality text;
alter table person_version add column address text;
alter table person_version add column ticket_id uuid;
-- The new list holds all of the old one.
-- squawk-ignore ban-drop-constraint
alter table person_version drop constraint person_version_cause_check;
alter table person_version add constraint person_version_cause_check
    check (cause in ('spelling', 'day_month', 'police', 'station', 'ticket'));

create view ticket_now as
select t.person_id, t.ticket_id, t.number, t.kind, t.about, t.said_sealed, t.place_id, place.name as place_name, t.province_code,
       t.channel, t.opened_at, t.answer_by, t.escalated_at, s.step, s.state, s.due_at, s.message, s.at, person.name as person_name,
       exists (select from ticket_photo f where f.person_id = t.person_id and f.ticket_id = t.ticket_id) as has_photo
  from ticket t
  join person on person.person_id = t.person_id
  left join place on place.place_id = t.place_id
  join ticket_step s on s.person_id = t.person_id and s.ticket_id = t.ticket_id
 where s.step = (select max(l.step) from ticket_step l where l.person_id = t.person_id and l.ticket_id = t.ticket_id);
comment on view ticket_now is 'Each ticket as it stands.';

insert into message_template (code, valid_from, body, body_en)
select code, date '2021-07-10', body, body_en
  from (values
    ('ticket_opened', 'Tiêm Chủng: đã nhận phản ánh {number}. Nơi xử lý: {place}. Hạn trả lời: {due}. Tra cứu bằng số này trong Sổ sức khỏe.',
     'Tiêm Chủng: request {number} received. Handled by {place}. Due {due}. Look it up by this number in the health book.'),
    ('ticket_moved', 'Tiêm Chủng: phản ánh {number} đã có trả lời. Xem trong Sổ sức khỏe hoặc tra cứu bằng số này.',
     'Tiêm Chủng: request {number} has an answer. See it in the health book, or look it up by this number.')
  ) as new (code, body, body_en)
 where exists (select from message_template);
