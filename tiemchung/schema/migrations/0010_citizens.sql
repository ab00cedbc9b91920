-- Registration drafts, and the duplicate that an officer must settle before a registration is approved.

create table registration_draft (
    draft_id uuid primary key,
    account_id uuid not null references account,
    body_sealed bytea not null,
    registration_code text,
    started_at timestamptz not null,
    updated_at timestamptz not null
);
create index registration_draft_account on registration_draft (account_id, updated_at);
comment on table registration_draft is 'A registration form on its way, encrypted: it survives a closed page and another device. After sending, only the code stays.';

alter table registration add column suspected_person_id uuid;
create index registration_suspected on registration (province_code, registered_at)
    where suspected_person_id is not null and status = 'registered';
create index registration_by_id on registration (registration_id);
comment on column registration.suspected_person_id is 'Another person who may be the same one; approval waits until an officer has settled it.';

create index outbox_message_person on outbox_message (person_id, created_at) where person_id is not null;
