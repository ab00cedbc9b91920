-- Devices of a site that work without a line, and real doses that a rule would have refused.

create table device (
    device_id uuid primary key,
    place_id uuid not null references place,
    name text not null check (name <> ''),
    public_key bytea not null check (octet_length(public_key) = 65),
    enrolled_at timestamptz not null,
    enrolled_by uuid not null references staff,
    seen_at timestamptz not null,
    revoked_at timestamptz,
    revoked_by uuid references staff,
    check ((revoked_at is null) = (revoked_by is null))
);
create index device_place on device (place_id);
comment on table device is 'Tablets and phones of a site that may work without a line: each signs what it sends with a key that never leaves it. A revoked device sends nothing more.';

alter table visit add column off_list_reason text;
alter table visit add column approved_by uuid;
alter table visit add constraint visit_off_list_approved
    check ((off_list_reason is null) = (approved_by is null)) not valid;
alter table visit validate constraint visit_off_list_approved;
comment on column visit.off_list_reason is 'Why somebody without an appointment was received; approved_by is who allowed it, never who received them.';

create table dose_review (
    place_id uuid not null references place,
    review_id uuid not null,
    session_id uuid not null,
    visit_id uuid not null,
    person_id uuid not null,
    immunization_id uuid not null,
    reasons text[] not null check (cardinality(reasons) > 0),
    facts jsonb not null,
    opened_at timestamptz not null,
    settled_at timestamptz,
    settled_by uuid,
    outcome text check (outcome in ('right', 'in_error')),
    note text,
    primary key (place_id, review_id),
    check ((settled_at is null) = (outcome is null)),
    check (settled_at is null or (settled_by is not null and note is not null))
);
create index dose_review_open on dose_review (place_id, session_id) where settled_at is null;
comment on table dose_review is 'A dose that was given without a line and that a rule would have refused, by the names of the rules: recorded, never refused, and open until somebody who answers for the site has looked.';
