-- Wrong sign-ins of staff are counted, so that nobody tries passwords at leisure.

create table staff_try (
    try_id uuid primary key,
    login_index bytea not null,
    address_index bytea not null,
    tried_at timestamptz not null
);
create index staff_try_login on staff_try (login_index, tried_at);
comment on table staff_try is 'Refused staff sign-ins: login and address as blind indexes, for the limits.';
