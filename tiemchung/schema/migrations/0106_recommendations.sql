-- What is known of a person's health for a schedule, and what the schedule says comes next.

create table finding (
    person_id uuid not null references person,
    finding_id uuid not null,
    version smallint not null check (version > 0),
    status text not null check (status in ('present', 'entered_in_error')),
    code text not null,
    product text references product,
    started_on date,
    ended_on date,
    source text not null check (source in ('registration', 'screening', 'staff')),
    recorded_at timestamptz not null,
    recorded_by uuid,
    reason text,
    constraint finding_pkey primary key (person_id, finding_id, version),
    check (ended_on >= started_on),
    check (version = 1 or reason is not null)
);
comment on table finding is 'What was observed of a person and a schedule asks about, append-only: the highest version counts. Dates may be unknown.';

create table recommendation (
    person_id uuid not null references person,
    recommendation_id uuid not null,
    disease text not null,
    rule_set_id uuid not null references rule_set,
    assessed_on date not null,
    known_at timestamptz not null,
    next_change date check (next_change > assessed_on),
    status text not null,
    basic_complete boolean not null,
    dose_role text check (dose_role in ('basic', 'additional', 'booster')),
    ordinal smallint check (ordinal > 0),
    earliest date,
    recommended date,
    past_due date,
    deferred_until date,
    answer jsonb not null,
    superseded_at timestamptz,
    constraint recommendation_pkey primary key (person_id, recommendation_id)
);
create unique index recommendation_current on recommendation (person_id, disease) where superseded_at is null;
create index recommendation_next_change on recommendation (next_change) where superseded_at is null and next_change is not null;
create index recommendation_rule_set on recommendation (rule_set_id, person_id) where superseded_at is null;
comment on table recommendation is 'What a schedule said of a person, when, by which rule set and from what was known then. A new answer stands beside the old; one is current.';

create table recommendation_due (
    person_id uuid primary key references person,
    since timestamptz not null
);
create index recommendation_due_since on recommendation_due (since);
comment on table recommendation_due is 'Whose recommendation has to be looked at again: a dose, a finding, a schedule or the day has changed it.';
