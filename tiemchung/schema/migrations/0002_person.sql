-- The family of a person: the first key column is person_id everywhere.

create table person (
    person_id uuid primary key,
    name text not null check (name <> ''),
    search_name text not null,
    sort_key text not null,
    sex text not null check (sex in ('male', 'female', 'other')),
    birth_date date not null,
    birth_precision text not null check (birth_precision in ('day', 'month', 'year')),
    nationality text not null references country,
    ethnic_group text references ethnic_group,
    occupation text,
    workplace text,
    area_id integer not null references area,
    address text not null,
    permanent_area_id integer references area,
    permanent_address text,
    priority_group_id smallint references priority_group,
    tags text[] not null default '{}',
    identity_status text not null
        check (identity_status in ('unchecked', 'matched', 'mismatched', 'foreigner', 'no_identifier')),
    merged_into uuid,
    created_at timestamptz not null,
    check (birth_precision <> 'year' or (extract(month from birth_date) = 1 and extract(day from birth_date) = 1)),
    check (birth_precision <> 'month' or extract(day from birth_date) = 1)
);
create index person_name_birth on person (search_name, birth_date);
create index person_area on person (area_id);
comment on table person is 'A human being under one stable id; numbers, phones and names are attributes. A year-only birth is 1 January with precision year and is never shown as a day.';

create table person_identifier (
    person_id uuid not null references person,
    kind text not null check (kind in ('national_id', 'passport', 'insurance', 'personal_code')),
    country text not null references country,
    blind_index bytea not null,
    value_sealed bytea not null,
    added_at timestamptz not null,
    verified_at timestamptz,
    primary key (person_id, kind, country, blind_index)
);
create index person_identifier_blind on person_identifier (blind_index);
comment on table person_identifier is 'Encrypted numbers of a person, found by blind index.';

create table identity_claim (
    blind_index bytea not null,
    kind text not null,
    country text not null,
    person_id uuid not null,
    constraint identity_claim_pkey primary key (blind_index, kind, country)
);
comment on table identity_claim is 'One verified number belongs to one person.';

create table contact (
    person_id uuid not null references person,
    contact_id uuid not null,
    kind text not null check (kind in ('phone', 'email')),
    relation text not null check (relation in ('self', 'registrant', 'guardian')),
    holder_name text,
    blind_index bytea not null,
    value_sealed bytea not null,
    added_at timestamptz not null,
    ended_at timestamptz,
    primary key (person_id, contact_id)
);
create index contact_blind on contact (blind_index);
comment on table contact is 'How a person is reached; several people may share one phone.';

create table account_person (
    person_id uuid not null references person,
    account_id uuid not null references account,
    relation text not null check (relation in ('self', 'child', 'parent', 'relative')),
    proof text not null check (proof in ('phone_code', 'guardianship', 'staff')),
    since timestamptz not null,
    ended_at timestamptz,
    primary key (person_id, account_id)
);
create index account_person_account on account_person (account_id);
comment on table account_person is 'Whose records an account may open, and by what proof.';

create table registration (
    person_id uuid not null references person,
    registration_id uuid not null,
    code text not null,
    campaign_id smallint not null references campaign,
    channel text not null check (channel in ('app', 'portal', 'organisation', 'staff', 'import')),
    relation text not null check (relation in ('self', 'relative', 'organisation')),
    dose_role text not null check (dose_role in ('basic', 'additional', 'booster')),
    ordinal smallint not null check (ordinal > 0),
    wanted_on date not null,
    wanted_part text not null check (wanted_part in ('morning', 'afternoon', 'day')),
    wanted_place_id uuid references place,
    history jsonb not null,
    province_code text not null,
    district_code text not null,
    status text not null check (status in ('registered', 'approved', 'assigned', 'planned', 'invited', 'confirmed',
                                           'declined', 'checked_in', 'done', 'refused', 'withdrawn')),
    status_at timestamptz not null,
    status_by uuid,
    status_reason text,
    assigned_place_id uuid references place,
    registered_at timestamptz not null,
    primary key (person_id, registration_id)
);
create index registration_code on registration (code);
create index registration_worklist on registration (province_code, status, registered_at);
create index registration_place on registration (assigned_place_id, status) where assigned_place_id is not null;
comment on table registration is 'A wish to be vaccinated and where it stands; every change of status is an event.';

create table consent (
    person_id uuid not null references person,
    consent_id uuid not null,
    consent_text_id smallint not null references consent_text,
    channel text not null,
    given_by text not null check (given_by in ('self', 'guardian', 'registrant')),
    given_at timestamptz not null,
    withdrawn_at timestamptz,
    primary key (person_id, consent_id)
);
comment on table consent is 'Who agreed to which version of the text, when and how; withdrawal is a time, not a deletion.';

create table dose_claim (
    person_id uuid not null references person,
    disease text not null,
    role text not null check (role in ('basic', 'additional', 'booster')),
    ordinal smallint not null check (ordinal > 0),
    copy smallint not null default 0 check (copy >= 0),
    appointment_id uuid,
    immunization_id uuid,
    place_id uuid not null,
    claimed_at timestamptz not null,
    constraint dose_claim_pkey primary key (person_id, disease, role, ordinal, copy),
    check (num_nonnulls(appointment_id, immunization_id) > 0)
);
comment on table dose_claim is 'One live appointment or dose per person and dose. Copy 0 is the claim; copies above 0 are recorded doses that await review.';

create table invitation (
    person_id uuid not null references person,
    invitation_id uuid not null,
    place_id uuid not null,
    session_id uuid not null,
    appointment_id uuid not null,
    status text not null check (status in ('invited', 'confirmed', 'declined', 'offered', 'expired')),
    sent_at timestamptz not null,
    answered_at timestamptz,
    primary key (person_id, invitation_id)
);
comment on table invitation is 'A site asked a person to come at a time, and what the person answered.';

create table immunization (
    person_id uuid not null references person,
    immunization_id uuid not null,
    version smallint not null check (version > 0),
    status text not null check (status in ('completed', 'not_done', 'entered_in_error')),
    disease text not null,
    dose_role text not null check (dose_role in ('basic', 'additional', 'booster')),
    ordinal smallint not null check (ordinal > 0),
    product text not null references product,
    lot_id uuid references lot,
    vial_id uuid,
    place_id uuid not null references place,
    session_id uuid,
    visit_id uuid,
    area_id integer not null references area,
    staff_id uuid,
    device_id uuid,
    body_site text check (body_site in ('left_arm', 'right_arm', 'other')),
    volume_ml numeric(4, 2) check (volume_ml > 0),
    occurred_at timestamptz not null,
    recorded_at timestamptz not null,
    recorded_by uuid,
    source text not null check (source in ('recorded', 'imported', 'self_declared', 'generated')),
    rule_set_id uuid references rule_set,
    reason text,
    constraint immunization_pkey primary key (person_id, immunization_id, version),
    check (version = 1 or reason is not null)
);
create index immunization_session on immunization (place_id, session_id);
create index immunization_lot on immunization (lot_id);
comment on table immunization is 'Append-only record of doses given and not given; the highest version counts. area_id is where the person lived that day.';

create table identity_check (
    person_id uuid not null references person,
    check_id uuid not null,
    registry text not null,
    answer text not null check (answer in ('match', 'no_match')),
    answered_at timestamptz not null,
    primary key (person_id, check_id)
);
comment on table identity_check is 'What a population registry answered about a person: match or no match, nothing else.';

create table certificate (
    person_id uuid not null references person,
    certificate_id uuid not null,
    format text not null check (format in ('eu_dcc')),
    immunization_id uuid not null,
    version smallint not null,
    uvci text not null,
    kid bytea not null,
    issued_at timestamptz not null,
    expires_at timestamptz not null,
    code_sealed bytea not null,
    retired_at timestamptz,
    retired_reason text,
    primary key (person_id, certificate_id),
    check ((retired_at is null) = (retired_reason is null))
);
create unique index certificate_live on certificate (person_id, immunization_id, version, format) where retired_at is null;
comment on table certificate is 'Signed certificates, each resting on one version of one dose; the code is kept encrypted so that the same one is shown again.';

create table access_entry (
    person_id uuid not null,
    at timestamptz not null,
    access_id uuid not null,
    actor_kind text not null check (actor_kind in ('citizen', 'staff', 'system')),
    actor_id uuid,
    actor_label text not null,
    purpose text not null,
    page text not null,
    request_id text not null,
    primary key (person_id, at, access_id)
);
create index access_entry_actor on access_entry (actor_id, at);
comment on table access_entry is 'Who looked at whose record, when, why and where: shown to that person.';
