-- Fair draws, and invitation codes that one person uses once.

create table draw (
    draw_id uuid primary key,
    name text not null check (name <> ''),
    place_id uuid not null references place,
    session_id uuid not null,
    places integer not null check (places > 0),
    tiers jsonb not null,
    opens_at timestamptz not null,
    closes_at timestamptz not null,
    seed_sealed bytea not null,
    seed_digest text not null,
    announced_at timestamptz not null,
    announced_by uuid,
    seed text,
    beacon text,
    entries_digest text,
    entries integer,
    winners integer,
    drawn_at timestamptz,
    drawn_by uuid,
    constraint draw_drawn_by_another check (drawn_by <> announced_by),
    check (closes_at > opens_at),
    check (num_nonnulls(seed, beacon, entries_digest, entries, winners, drawn_at) in (0, 6))
);
comment on table draw is 'A draw for places of a session: the digest of its seed is published before it opens, the seed after it was drawn.';

create table draw_entry (
    person_id uuid not null references person,
    draw_id uuid not null references draw,
    pseudonym uuid not null,
    tier smallint not null check (tier > 0),
    entered_at timestamptz not null,
    rank integer check (rank > 0),
    constraint draw_entry_pkey primary key (person_id, draw_id)
);
create index draw_entry_draw on draw_entry (draw_id, tier, pseudonym);
comment on table draw_entry is 'Who takes part in a draw, under a name that only they know to be theirs; rank is where a winner stands.';

create table booking_code (
    person_id uuid not null references person,
    code_id uuid not null,
    code_digest bytea not null,
    cohort text not null check (cohort <> ''),
    place_id uuid not null,
    session_id uuid not null,
    issued_at timestamptz not null,
    issued_by uuid,
    valid_until timestamptz not null,
    used_at timestamptz,
    appointment_id uuid,
    primary key (person_id, code_id),
    check ((used_at is null) = (appointment_id is null))
);
create index booking_code_digest on booking_code (code_digest);
comment on table booking_code is 'A personal invitation to choose a half hour of one session: for one person of one cohort, used once.';
