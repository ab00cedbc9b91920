-- Opening day: how many arrived at the waiting room in each tenth of a second, and bookings that are accepted for later.

create table room_arrival (
    room_id uuid not null,
    tenth bigint not null,
    arrivals integer not null check (arrivals > 0),
    primary key (room_id, tenth)
);
comment on table room_arrival is 'Arrivals at a waiting room by tenths of a second: all that the server knows of who waits. Tickets are kept by people themselves.';

create table booking_request (
    person_id uuid not null,
    command_id uuid not null,
    ask jsonb not null,
    asked_at timestamptz not null,
    answered_at timestamptz,
    outcome text,
    primary key (person_id, command_id),
    check ((answered_at is null) = (outcome is null))
);
create index booking_request_waiting on booking_request (asked_at) where answered_at is null;
comment on table booking_request is 'Bookings accepted while the system catches up: answered in the order in which they came.';
