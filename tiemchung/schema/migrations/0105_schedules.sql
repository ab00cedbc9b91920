-- Schedules that officers publish: drafted by one, compared on the population, read and approved by another, dated.
-- squawk-ignore-file adding-foreign-key-constraint
-- These tables hold a handful of rows; nothing waits long.

alter table rule_set
    add column author_id uuid references staff,
    add column approved_by uuid references staff,
    add column note text,
    add constraint rule_set_two_people check (author_id is null or (approved_by is not null and approved_by <> author_id));
create unique index rule_set_first on rule_set (code) where author_id is null;
comment on column rule_set.author_id is 'Who wrote it; null for the one that came with the platform.';

create table rule_set_draft (
    draft_id uuid primary key,
    code text not null,
    body jsonb not null check (jsonb_typeof(body) = 'object'),
    digest bytea not null,
    note text not null check (note <> ''),
    based_on uuid not null references rule_set,
    author_id uuid not null references staff,
    drafted_at timestamptz not null,
    comparison jsonb,
    compared_digest bytea,
    compared_at timestamptz,
    approved_by uuid,
    approved_at timestamptz,
    rule_set_id uuid references rule_set,
    withdrawn_at timestamptz,
    constraint draft_two_people check (approved_by <> author_id),
    constraint draft_compared_as_it_is check (approved_by is null or (compared_digest is not null and compared_digest = digest)),
    constraint draft_published_when_approved check (rule_set_id is null or approved_by is not null),
    check (num_nonnulls(comparison, compared_digest, compared_at) in (0, 3)),
    check ((approved_by is null) = (approved_at is null)),
    check (withdrawn_at is null or rule_set_id is null)
);
create index rule_set_draft_code on rule_set_draft (code, drafted_at);
comment on table rule_set_draft is 'A change to a schedule on its way: its files, the comparison of the very text, who approved. A new text loses both.';

create table rule_set_reading (
    draft_id uuid not null references rule_set_draft,
    staff_id uuid not null references staff,
    digest bytea not null,
    read_at timestamptz not null,
    primary key (draft_id, staff_id, digest)
);
comment on table rule_set_reading is 'Who had the comparison of a draft before them, of which text, and when first.';

alter table rule_set_draft
    add constraint draft_read_before_approved foreign key (draft_id, approved_by, compared_digest) references rule_set_reading;
