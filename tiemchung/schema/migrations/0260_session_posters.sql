-- The signed code on a session's poster, and keys that sign nothing else.

-- squawk-ignore ban-drop-constraint
alter table signing_key drop constraint signing_key_use_check;
alter table signing_key add constraint signing_key_use_check check (use in ('certificates', 'sessions', 'lists')) not valid;
alter table signing_key validate constraint signing_key_use_check;

create table session_poster (
    place_id uuid not null,
    session_id uuid not null,
    kid bytea not null references signing_key,
    code text not null,
    issued_at timestamptz not null,
    expires_at timestamptz not null,
    primary key (place_id, session_id, kid),
    foreign key (place_id, session_id) references session
);
comment on table session_poster is 'Codes for the posters of approved sessions, signed by the signing process. Of a cancelled session the code is withdrawn; of a withdrawn key another takes its place.';
create index session_poster_end on session_poster (expires_at);

-- What the signing process looks for, every few seconds.
create index session_to_come on session (ends_at) where status in ('approved', 'open');
