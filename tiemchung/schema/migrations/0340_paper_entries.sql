-- What was kept on paper at a site and typed in afterwards.
create table paper_entry (
    place_id uuid not null references place,
    entry_id uuid not null,
    session_id uuid not null,
    visit_id uuid not null,
    immunization_id uuid,
    happened_at timestamptz not null,
    entered_at timestamptz not null,
    entered_by uuid not null references staff,
    primary key (place_id, entry_id),
    constraint paper_entry_after_the_fact check (entered_at >= happened_at)
);
create index paper_entry_session on paper_entry (place_id, session_id, entered_at);
comment on table paper_entry is 'A row of a paper session that was typed in: when it happened by the paper, when and by whom it was entered. Its id is the key of the row, so that a row that is sent twice is one row. Without immunization_id the person was not given a dose.';
