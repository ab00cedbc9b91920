-- How many people's identity is matched, by province: counted each hour, so that no page reads ten million people.

create table identity_count (
    province_code text not null,
    identity_status text not null,
    people integer not null check (people >= 0),
    counted_at timestamptz not null,
    primary key (province_code, identity_status)
);
comment on table identity_count is 'People of a province by the state of their identity, as of the last count.';
