-- The family of a place: the first key column is place_id everywhere.

create table session (
    place_id uuid not null references place,
    session_id uuid not null,
    campaign_id smallint not null references campaign,
    kind text not null check (kind in ('fixed', 'outreach', 'mobile')),
    starts_at timestamptz not null,
    ends_at timestamptz not null check (ends_at > starts_at),
    product text not null references product,
    tables smallint not null check (tables > 0),
    status text not null check (status in ('planned', 'approved', 'open', 'closed', 'signed', 'cancelled')),
    planned_by uuid,
    approved_by uuid check (approved_by <> planned_by),
    opened_at timestamptz,
    closed_at timestamptz,
    reconciliation jsonb,
    created_at timestamptz not null,
    primary key (place_id, session_id),
    check (status in ('planned', 'cancelled') or approved_by is not null or planned_by is null)
);
create index session_starts on session (place_id, starts_at);
comment on table session is 'A WHO vaccination session: one place, one part of a day, one product; planned by one person and approved by another.';

create table slot (
    place_id uuid not null,
    session_id uuid not null,
    starts_at timestamptz not null,
    minutes smallint not null check (minutes > 0),
    capacity smallint not null check (capacity >= 0),
    taken smallint not null default 0,
    primary key (place_id, session_id, starts_at),
    foreign key (place_id, session_id) references session,
    constraint slot_never_oversold check (taken between 0 and capacity)
);
comment on table slot is 'Places in a stretch of time of a session; the database never lets taken pass capacity.';

create table appointment (
    place_id uuid not null,
    appointment_id uuid not null,
    session_id uuid not null,
    starts_at timestamptz not null,
    person_id uuid not null,
    code text not null,
    dose_role text not null check (dose_role in ('basic', 'additional', 'booster')),
    ordinal smallint not null check (ordinal > 0),
    channel text not null check (channel in ('invitation', 'self', 'walk_in', 'agent')),
    status text not null check (status in ('held', 'booked', 'checked_in', 'done', 'cancelled', 'no_show', 'expired')),
    held_until timestamptz,
    booked_at timestamptz not null,
    primary key (place_id, appointment_id),
    foreign key (place_id, session_id, starts_at) references slot
);
create index appointment_session on appointment (place_id, session_id, starts_at);
create index appointment_code on appointment (code);
create index appointment_person on appointment (person_id);
comment on table appointment is 'A place in a slot for one person; its code is what the site scans at check-in.';

create table visit (
    place_id uuid not null,
    visit_id uuid not null,
    session_id uuid not null,
    person_id uuid not null,
    appointment_id uuid,
    number smallint not null check (number > 0),
    step text not null check (step in ('screening', 'injection', 'observation', 'done', 'deferred', 'left')),
    dose_role text not null,
    ordinal smallint not null,
    checked_in_at timestamptz not null,
    checked_in_by uuid not null,
    screening jsonb,
    conclusion text check (conclusion in ('eligible', 'caution', 'hospital', 'delay', 'contraindicated')),
    override_reason text,
    screened_at timestamptz,
    screened_by uuid,
    rule_set_id uuid references rule_set,
    immunization_id uuid,
    injected_at timestamptz,
    observe_until timestamptz,
    discharged_at timestamptz,
    discharged_by uuid,
    outcome text,
    primary key (place_id, visit_id),
    constraint visit_once_a_session unique (place_id, session_id, person_id),
    constraint visit_number unique (place_id, session_id, number),
    foreign key (place_id, session_id) references session,
    check (step not in ('injection', 'observation', 'done') or screened_at is not null),
    check (step not in ('observation', 'done') or immunization_id is not null),
    check (step <> 'done' or discharged_at is not null)
);
comment on table visit is 'One person''s way through a session: check-in, screening, injection, observation. Each step is an event; this row is where the person stands.';

create table handling_unit (
    place_id uuid not null references place,
    unit_id uuid not null,
    lot_id uuid not null references lot,
    clock text not null check (clock in ('frozen', 'minus20', 'thawed', 'fridge')),
    usable_until timestamptz,
    received_at timestamptz not null,
    primary key (place_id, unit_id)
);
comment on table handling_unit is 'A tray or box of one lot with its own clock.';

create table vial (
    place_id uuid not null,
    vial_id uuid not null,
    session_id uuid not null,
    unit_id uuid not null,
    lot_id uuid not null references lot,
    number smallint not null check (number > 0),
    opened_at timestamptz not null,
    opened_by uuid,
    use_by timestamptz not null,
    doses_nominal smallint not null check (doses_nominal > 0),
    doses_extra smallint not null default 0 check (doses_extra >= 0),
    doses_left smallint not null,
    closed_at timestamptz,
    primary key (place_id, vial_id),
    constraint vial_number unique (place_id, session_id, number),
    constraint vial_never_overdrawn check (doses_left between 0 and doses_nominal + doses_extra),
    foreign key (place_id, session_id) references session,
    foreign key (place_id, unit_id) references handling_unit
);
comment on table vial is 'An opened vial at a table, its clock and the doses left in it.';

create table stock_account (
    place_id uuid not null references place,
    lot_id uuid not null references lot,
    unit_id uuid not null,
    state text not null check (state in ('on_hand', 'in_transit', 'opened', 'quarantined', 'administered', 'wasted',
                                         'lost', 'returned', 'destroyed', 'external', 'unexplained')),
    balance bigint not null,
    primary key (place_id, lot_id, unit_id, state),
    constraint stock_never_negative check (balance >= 0 or state in ('external', 'unexplained'))
);
create index stock_account_lot on stock_account (lot_id, state);
comment on table stock_account is 'Doses of a lot at a place in a state; written only by the statement that posts.';

create table stock_posting (
    place_id uuid not null,
    posting_id uuid not null,
    line smallint not null check (line > 0),
    entry_id uuid not null,
    lot_id uuid not null,
    unit_id uuid not null,
    state text not null,
    doses integer not null check (doses <> 0),
    reason text not null,
    actor_id uuid,
    device_at timestamptz,
    recorded_at timestamptz not null,
    reverses uuid,
    primary key (place_id, posting_id, line),
    foreign key (place_id, lot_id, unit_id, state) references stock_account deferrable initially deferred
);
create index stock_posting_lot on stock_posting (lot_id, place_id);
comment on table stock_posting is 'Double-entry lines: the lines of an entry sum to zero; a mistake is reversed, never changed.';

create table shipment (
    place_id uuid not null references place,
    shipment_id uuid not null,
    number text not null,
    to_place_id uuid not null references place,
    decision text not null,
    vehicle text,
    sent_at timestamptz not null,
    sent_by uuid,
    expected_at timestamptz not null,
    received_at timestamptz,
    received_by uuid,
    primary key (place_id, shipment_id),
    check (to_place_id <> place_id)
);
create index shipment_to on shipment (to_place_id, received_at);
comment on table shipment is 'Doses on the way; they belong to the sender until the receiver has signed.';

create table shipment_line (
    place_id uuid not null,
    shipment_id uuid not null,
    line smallint not null check (line > 0),
    lot_id uuid not null references lot,
    unit_id uuid not null,
    doses integer not null check (doses > 0),
    accepted integer check (accepted >= 0),
    broken integer check (broken >= 0),
    missing integer check (missing >= 0),
    primary key (place_id, shipment_id, line),
    foreign key (place_id, shipment_id) references shipment,
    constraint shipment_line_adds_up check (accepted is null or accepted + broken + missing = doses)
);
comment on table shipment_line is 'What was sent of a lot, and what the receiver found of it.';

create table site_signature (
    place_id uuid not null,
    session_id uuid not null,
    signature_id uuid not null,
    staff_id uuid not null references staff,
    covers jsonb not null,
    digest bytea not null,
    signed_at timestamptz not null,
    second_factor text not null check (second_factor in ('totp')),
    primary key (place_id, session_id, signature_id),
    foreign key (place_id, session_id) references session
);
comment on table site_signature is 'Whoever answers for a session''s records signed these versions of them with a second factor.';
