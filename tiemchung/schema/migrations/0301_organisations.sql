-- Organisations register their people by lists.
create table organisation (
    account_id uuid primary key references account,
    name text not null check (name <> ''),
    tax_code text not null unique check (tax_code ~ '^[0-9]{10}([0-9]{3})?$'),
    area_id integer not null references area,
    address text not null,
    contact_name text not null,
    created_at timestamptz not null
);
comment on table organisation is 'An organisation that registers its people; its account signs in with the phone that it gave';

create table organisation_list (
    account_id uuid not null references organisation,
    list_id uuid not null,
    rows_sealed bytea,
    result jsonb,
    tried_at timestamptz not null,
    registered_at timestamptz,
    primary key (account_id, list_id),
    check ((registered_at is null) = (result is null))
);
comment on table organisation_list is
    'A list of people that an organisation tried, sealed until it is registered or forgotten; then what became of each line, without names';
