-- The identity check: whom to ask the population registry about, what a record said before a correction, and the lists
-- that a station and the commune's police clean together (2262/BYT-CNTT).

create table person_version (
    person_id uuid not null references person,
    version integer not null check (version > 0),
    name text not null,
    sex text not null,
    birth_date date not null,
    birth_precision text not null check (birth_precision in ('day', 'month', 'year')),
    until_at timestamptz not null,
    cause text not null check (cause in ('spelling', 'day_month', 'police', 'station')),
    reason text not null,
    changed_by uuid,
    constraint person_version_pkey primary key (person_id, version)
);
comment on table person_version is 'What a person''s record said before each correction of name, sex or birth, why it was corrected and by whom; the row in person is the latest.';

alter table person_identifier add column ended_at timestamptz;
comment on column person_identifier.ended_at is 'When a number was found to be wrong; it stays for the trail and is not looked up any more.';

create table identity_question (
    person_id uuid primary key references person,
    wanted_at timestamptz not null
);
create index identity_question_wanted on identity_question (wanted_at);
comment on table identity_question is 'Whom the population registry is to be asked about; a row goes when the answer is kept.';

alter table identity_check add column finding text check (finding in ('wrong_number', 'spelling', 'unknown'));
comment on column identity_check.finding is 'Of a no match: the number contradicts the record, the registry knows it under another spelling, or it does not know it.';

create table cleansing_batch (
    batch_id uuid primary key,
    area_id integer not null references area,
    made_at timestamptz not null,
    made_by uuid not null,
    answered_at timestamptz,
    answered_by uuid,
    check ((answered_at is null) = (answered_by is null)),
    constraint cleansing_batch_two_hands check (answered_by <> made_by)
);
create index cleansing_batch_area on cleansing_batch (area_id, made_at);
comment on table cleansing_batch is 'A list of records of one commune that its station hands to the commune''s police, who answer each line and sign.';

create table cleansing_line (
    person_id uuid not null references person,
    batch_id uuid not null references cleansing_batch,
    finding text not null check (finding in ('wrong_number', 'spelling', 'unknown', 'missing')),
    answer text check (answer in ('registry_completed', 'record_wrong', 'not_found')),
    correct_sealed bytea,
    done_at timestamptz,
    constraint cleansing_line_pkey primary key (person_id, batch_id),
    check (correct_sealed is null or answer = 'record_wrong')
);
create unique index cleansing_line_live on cleansing_line (person_id) where done_at is null;
create index cleansing_line_batch on cleansing_line (batch_id);
comment on table cleansing_line is 'One record on such a list: the police say that their registry is completed, what the record should say (encrypted), or that nobody was found.';

-- Two more roles: the station's clerk and the commune's police, each for a commune.
-- squawk-ignore ban-drop-constraint
alter table staff_role drop constraint staff_role_role_check;
alter table staff_role add constraint staff_role_role_check
    check (role in ('registrar', 'doctor', 'nurse', 'storekeeper', 'site_head', 'district_officer', 'province_officer',
                    'national_operator', 'station_clerk', 'commune_police')) not valid;
alter table staff_role validate constraint staff_role_role_check;
