-- Messages that are tried again, receipts, who wants none, and where push goes.

alter table outbox_message
    add column next_at timestamptz,
    add column gateway text,
    add column delivered_at timestamptz,
    add column failure text;
-- squawk-ignore ban-drop-constraint
alter table outbox_message drop constraint outbox_message_state_check;
alter table outbox_message add constraint outbox_message_state_check
    check (state in ('waiting', 'sent', 'delivered', 'failed', 'stopped'));
-- squawk-ignore require-concurrent-index-deletion
drop index outbox_message_waiting;
create index outbox_message_waiting on outbox_message (coalesce(next_at, created_at)) where state = 'waiting';
create index outbox_message_receipt on outbox_message (receipt) where receipt is not null;
create index outbox_message_sent on outbox_message (sent_at) where sent_at is not null;
comment on column outbox_message.next_at is 'Not before this moment: quiet hours, a budget that is used up, or a gateway that did not take it.';

create table message_reply (
    reply_id uuid primary key,
    address_index bytea not null,
    kind text not null check (kind in ('stop', 'start', 'not_me')),
    received_at timestamptz not null
);
create index message_reply_address on message_reply (address_index, received_at);
comment on table message_reply is 'What somebody answered to our messages: stop, start again, or that they are not the person. The newest counts.';

create table push_subscription (
    person_id uuid not null references person,
    subscription_id uuid not null,
    sealed bytea not null,
    endpoint_index bytea not null,
    created_at timestamptz not null,
    ended_at timestamptz,
    primary key (person_id, subscription_id)
);
create index push_subscription_endpoint on push_subscription (endpoint_index);
comment on table push_subscription is 'Where push messages about a person go; the browser''s address and keys are encrypted.';
