-- Two records of one human being, united and, where that was wrong, parted again exactly.

create table person_merge (
    person_id uuid not null references person,
    merge_id uuid not null,
    merged_id uuid not null references person,
    reason text not null,
    moved jsonb not null,
    merged_at timestamptz not null,
    merged_by uuid not null,
    undone_at timestamptz,
    undone_by uuid,
    undone_reason text,
    primary key (person_id, merge_id),
    check (person_id <> merged_id),
    check (num_nonnulls(undone_at, undone_by, undone_reason) in (0, 3))
);
create unique index person_merge_live on person_merge (merged_id) where undone_at is null;
comment on table person_merge is 'Who was united with whom, why, and what was moved: enough to undo it exactly. person_id is the record that stays.';

create table person_pair (
    person_id uuid not null references person,
    other_id uuid not null references person,
    decided_at timestamptz not null,
    decided_by uuid not null,
    primary key (person_id, other_id),
    check (person_id < other_id)
);
comment on table person_pair is 'Two records that look alike and were found to be two people: they are not asked about again.';
