-- Facilities that ask to become a vaccination site, and what officers decided.

create table place_application (
    application_id uuid primary key,
    code text not null constraint place_application_code unique,
    province_code text not null,
    opened_at timestamptz not null
);
create index place_application_province on place_application (province_code, opened_at);
comment on table place_application is 'A facility asks to become a vaccination site; its code is how it follows what comes of it.';

create table place_application_version (
    application_id uuid not null references place_application,
    version smallint not null check (version > 0),
    kind text not null check (kind in ('station', 'hospital', 'clinic', 'mobile_team')),
    name text not null check (name <> ''),
    address text not null check (address <> ''),
    area_id integer not null references area,
    head text not null check (head <> ''),
    licence text not null check (licence <> ''),
    tables smallint not null check (tables between 1 and 50),
    seats smallint not null check (seats between 1 and 1000),
    opening text not null check (opening <> ''),
    phone_sealed bytea not null,
    sent_at timestamptz not null,
    constraint place_application_version_pkey primary key (application_id, version)
);
create index place_application_version_area on place_application_version (area_id);
comment on table place_application_version is 'What a facility says of itself, append-only: one that was returned is sent again as the next version. The phone is encrypted and for officers alone.';

create table place_application_decision (
    application_id uuid not null,
    version smallint not null,
    outcome text not null check (outcome in ('approved', 'returned')),
    message text not null,
    place_id uuid references place,
    decided_at timestamptz not null,
    decided_by uuid not null references staff,
    constraint place_application_decided primary key (application_id, version),
    foreign key (application_id, version) references place_application_version,
    check ((outcome = 'approved') = (place_id is not null)),
    check (outcome = 'approved' or message <> '')
);
create index place_application_decision_place on place_application_decision (place_id) where place_id is not null;
create index place_application_decision_by on place_application_decision (decided_by);
comment on table place_application_decision is 'An officer approves a version, which makes the place, or returns it with a reason that the facility reads.';
