-- A person may have the processing of their data restricted (Decree 356/2025/NĐ-CP).
create table restriction (
    person_id uuid not null references person,
    ticket_id uuid not null,
    since timestamptz not null,
    ended_at timestamptz,
    primary key (person_id, ticket_id)
);
comment on table restriction is 'From when until when a person''s record is opened only by themselves, for care, and to answer their own requests';
create unique index restriction_live on restriction (person_id) where ended_at is null;

create function is_restricted(p_person uuid) returns boolean language sql stable as $$
select exists (select from restriction r where r.person_id = p_person and r.ended_at is null)
$$;
comment on function is_restricted(uuid) is 'Whether the processing of a person''s data is restricted now';
