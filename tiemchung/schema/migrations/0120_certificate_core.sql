-- Certificates are made from a queue by keys that are published first, listed, and withdrawn by two persons.

create table signing_key (
    kid bytea primary key check (octet_length(kid) = 8),
    name text not null constraint signing_key_name unique,
    use text not null check (use in ('certificates', 'lists')),
    scope smallint not null check (scope > 0),
    certificate bytea not null,
    ends_at timestamptz not null,
    opening boolean not null,
    published_at timestamptz not null,
    signs_from timestamptz not null,
    withdrawn_at timestamptz,
    withdrawn_reason text,
    constraint signing_key_gate check (opening or signs_from >= published_at + interval '48 hours'),
    check (signs_from >= published_at),
    check ((withdrawn_at is null) = (withdrawn_reason is null))
);
create unique index signing_key_opening on signing_key (use, scope) where opening;
comment on table signing_key is 'Published keys, never their private halves. scope is the share of the provinces; only the first key of a scope may sign without its 48 hours, since no verifier can hold an older list.';

create table certificate_due (
    person_id uuid not null references person,
    immunization_id uuid not null,
    queued_at timestamptz not null,
    primary key (person_id, immunization_id)
);
create index certificate_due_queue on certificate_due (queued_at);
comment on table certificate_due is 'Doses whose certificates the signer shall look at: ids alone. What may not be signed leaves the queue and comes back with the fact that was missing.';

create table revocation (
    revocation_id uuid primary key,
    act text not null check (act in ('revoke', 'restore')),
    scope text not null check (scope in ('certificate', 'session', 'key')),
    person_id uuid,
    certificate_id uuid,
    place_id uuid,
    session_id uuid,
    kid bytea references signing_key,
    reason text not null check (length(reason) between 10 and 500),
    proposed_by uuid not null references staff,
    proposed_at timestamptz not null,
    decided_by uuid references staff,
    decided_at timestamptz,
    approved boolean,
    certificates integer check (certificates >= 0),
    constraint revocation_two_persons check (decided_by <> proposed_by),
    constraint revocation_decision check (num_nonnulls(decided_by, decided_at, approved) in (0, 3)),
    constraint revocation_target check (
        case scope when 'certificate' then num_nonnulls(person_id, certificate_id) = 2 and num_nonnulls(place_id, session_id, kid) = 0
                   when 'session' then num_nonnulls(place_id, session_id) = 2 and num_nonnulls(person_id, certificate_id, kid) = 0
                   else kid is not null and num_nonnulls(person_id, certificate_id, place_id, session_id) = 0 and act = 'revoke' end)
);
create unique index revocation_open on revocation (scope, certificate_id, session_id, kid) nulls not distinct where decided_at is null;
comment on table revocation is 'Withdrawals of certificates, of all of a session, or of a key, and their undoing: proposed by one person, decided by another.';

create table published_list (
    kind text not null check (kind in ('trust', 'revocations', 'revocations_delta')),
    seq bigint not null check (seq > 0),
    issued_at timestamptz not null,
    expires_at timestamptz not null,
    digest bytea not null,
    text text not null,
    primary key (kind, seq)
);
comment on table published_list is 'Signed lists for verifiers, by rising number; a delta leads from the number before it to its own. digest is of what the list says, without its times.';

create table passport_name (
    person_id uuid primary key references person,
    zone text not null constraint passport_name_zone check (zone ~ '^[A-Z]+(<{1,2}[A-Z]+)*$' and length(zone) <= 80),
    set_by uuid,
    set_at timestamptz not null
);
comment on table passport_name is 'A name as the machine-readable zone of the person''s passport writes it (SURNAME<<GIVEN<NAMES): it wins over our own transliteration.';

alter table certificate add column renewal smallint not null default 0;
-- The table revocation is new: there is nothing to scan.
-- squawk-ignore adding-foreign-key-constraint
alter table certificate add column revocation_id uuid references revocation;
comment on column certificate.revocation_id is 'The withdrawal that retired it; null when its dose was corrected.';
-- squawk-ignore require-concurrent-index-deletion
drop index certificate_live;
create unique index certificate_live on certificate (person_id, immunization_id, version, format, renewal) where retired_at is null;
create index certificate_uvci on certificate (uvci);
create index certificate_kid on certificate (kid, expires_at);
create index certificate_ends on certificate (expires_at) where retired_at is null;
create index certificate_withdrawn on certificate (expires_at) where retired_at is not null;
