-- Real doses without known stock wait for somebody to find out; a count can be compared with the ledger of its moment.

create table stock_review (
    place_id uuid not null references place,
    review_id uuid not null,
    kind text not null check (kind in ('dose', 'surplus', 'extra', 'wrong_lot', 'recalled')),
    lot_id uuid not null references lot,
    doses integer not null check (doses > 0),
    entry_id uuid not null,
    note text not null,
    opened_at timestamptz not null,
    opened_by uuid,
    settled_at timestamptz,
    settled_by uuid,
    outcome text check (outcome in ('found', 'sent', 'unknown', 'told')),
    outcome_note text,
    outcome_entry_id uuid,
    primary key (place_id, review_id),
    check ((settled_at is null) = (outcome is null)),
    check (settled_at is null or outcome_note is not null)
);
create unique index stock_review_entry on stock_review (place_id, entry_id, lot_id, kind);
create index stock_review_open on stock_review (place_id, opened_at) where settled_at is null;
comment on table stock_review is 'A real dose that no stock explains, or that was given from a recalled lot: posted, counted as unexplained, and open until somebody says where it came from.';

alter table stock_posting add column tx xid8;
alter table stock_posting alter column tx set default pg_current_xact_id();
comment on column stock_posting.tx is 'The transaction that posted: with it a stocktake knows what its moment could see, whatever commits later. Null in rows older than the column: visible to all.';
comment on column stock_posting.device_at is 'When it happened by the clock of the device, where one sent it; recorded_at is the server''s.';
