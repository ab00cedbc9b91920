-- What the auditor of bookings found.

create table booking_audit (
    audit_id uuid primary key,
    at timestamptz not null,
    half_hours integer not null,
    taken integer not null,
    appointments integer not null,
    oversold integer not null,
    leaked integer not null,
    lost integer not null,
    dangling integer not null
);
comment on table booking_audit is 'Each minute: places taken, live appointments and live claims compared; the last four columns count faults.';
