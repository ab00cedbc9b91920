-- What every act leaves: its event and its answer; and what goes out.

create table event (
    event_id uuid not null,
    kind text not null,
    actor_kind text not null check (actor_kind in ('citizen', 'staff', 'system')),
    actor_id uuid,
    request_id text,
    device_id uuid,
    device_at timestamptz,
    person_id uuid,
    place_id uuid,
    area_id integer,
    body jsonb not null,
    recorded_at timestamptz not null default now(),
    tx xid8 not null default pg_current_xact_id(),
    constraint event_pkey primary key (event_id)
) partition by range (event_id);
create index event_tx on event (tx);
create index event_person on event (person_id, event_id) where person_id is not null;
create index event_place on event (place_id, event_id) where place_id is not null;
comment on table event is 'Audit trail, timeline, outbox and analytics cursor in one: inserted with the fact, never updated. Partitioned at month bounds of the uuid7 key; tx is the commit watermark of followers.';

create table command (
    command_id uuid primary key,
    actor_id uuid,
    kind text not null,
    status smallint,
    answer jsonb,
    at timestamptz not null default now(),
    check ((status is null) = (answer is null))
);
comment on table command is 'Idempotency: the answer that was given to an act, refusals included, so that a retry gets the same one.';

create table follower (
    name text primary key,
    watermark xid8 not null,
    moved_at timestamptz not null
);
comment on table follower is 'How far each reader of the event log has come; moved in the same transaction as what it wrote.';

create table outbox_message (
    message_id uuid primary key,
    person_id uuid,
    channel text not null check (channel in ('sms', 'email', 'push')),
    template text not null,
    lang text not null check (lang in ('vi', 'en')),
    address_sealed bytea not null,
    address_index bytea not null,
    body_sealed bytea not null,
    state text not null check (state in ('waiting', 'sent', 'failed')),
    attempts smallint not null default 0,
    created_at timestamptz not null,
    sent_at timestamptz,
    receipt text
);
create index outbox_message_waiting on outbox_message (created_at) where state = 'waiting';
create index outbox_message_address on outbox_message (address_index, created_at);
comment on table outbox_message is 'Messages to go out, committed with the act that caused them; address and text are encrypted.';

create table setting (
    name text primary key,
    value jsonb not null
);
comment on table setting is 'Facts about this installation, such as what the demonstration has loaded.';
