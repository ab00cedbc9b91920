-- The papers of the store: who was to get what, what left, what was found, who answered, what was counted, destroyed, recalled.

create table allocation (
    place_id uuid not null references place,
    allocation_id uuid not null,
    round integer not null check (round > 0),
    product text not null references product,
    decision text not null,
    decided_on date not null,
    made_by uuid,
    made_at timestamptz not null,
    primary key (place_id, allocation_id),
    constraint allocation_round unique (place_id, product, round)
);
comment on table allocation is 'A decision by which a store divides a vaccine in a round; what was decided is compared with what was received.';

create table allocation_line (
    place_id uuid not null,
    allocation_id uuid not null,
    to_place_id uuid not null references place,
    doses integer not null check (doses > 0),
    primary key (place_id, allocation_id, to_place_id),
    foreign key (place_id, allocation_id) references allocation
);
comment on table allocation_line is 'What a decision gives to a place.';

create table stock_request (
    place_id uuid not null references place,
    request_id uuid not null,
    supplier_id uuid not null references place,
    product text not null references product,
    doses integer not null check (doses > 0),
    needed_on date not null,
    reason text not null,
    status text not null check (status in ('asked', 'approved', 'refused', 'sent')),
    asked_by uuid not null,
    asked_at timestamptz not null,
    approved_doses integer check (approved_doses > 0),
    decided_by uuid,
    decided_at timestamptz,
    decision_note text,
    primary key (place_id, request_id),
    constraint request_decided_by_another check (decided_by <> asked_by),
    check (supplier_id <> place_id),
    check ((status = 'asked') = (decided_at is null)),
    check (status in ('asked', 'refused') or approved_doses is not null)
);
create index stock_request_supplier on stock_request (supplier_id, status);
comment on table stock_request is 'Doses that a place asks another for, as its supplier or its neighbour; another person decides.';

alter table shipment add column kind text not null default 'supply';
alter table shipment add constraint shipment_kind check (kind in ('supply', 'transfer', 'return')) not valid;
alter table shipment validate constraint shipment_kind;
alter table shipment add column sscc text;
alter table shipment add column logger text;
alter table shipment add column override_reason text;
alter table shipment add column allocation_id uuid;
alter table shipment add column request_place_id uuid;
alter table shipment add column request_id uuid;
alter table shipment add column consumables jsonb;
create index shipment_allocation on shipment (place_id, allocation_id) where allocation_id is not null;
comment on column shipment.sscc is 'The number of the carton (GS1 SSCC) that the receiver scans.';
comment on column shipment.override_reason is 'Why other units went than those that must be used first.';

alter table shipment_line add column warm integer not null default 0;
alter table shipment_line add column wrong integer not null default 0;
alter table shipment_line add column extra integer not null default 0;
alter table shipment_line add column wrong_lot_id uuid;
alter table shipment_line add constraint shipment_line_wrong_lot foreign key (wrong_lot_id) references lot not valid;
alter table shipment_line validate constraint shipment_line_wrong_lot;
-- It returns at once under its name, with one way more for doses to differ.
-- squawk-ignore ban-drop-constraint
alter table shipment_line drop constraint shipment_line_adds_up;
alter table shipment_line add constraint shipment_line_adds_up
    check (accepted is null or accepted + broken + missing + wrong = doses) not valid;
alter table shipment_line validate constraint shipment_line_adds_up;
alter table shipment_line add constraint shipment_line_found
    check (warm between 0 and coalesce(accepted, 0) and wrong >= 0 and extra >= 0 and (wrong = 0) = (wrong_lot_id is null))
    not valid;
alter table shipment_line validate constraint shipment_line_found;
comment on column shipment_line.accepted is 'Doses taken over; warm of them into quarantine. Extra ones came beyond what was sent, wrong ones are of another lot.';

create table claim (
    place_id uuid not null,
    claim_id uuid not null,
    shipment_id uuid not null,
    line smallint not null,
    to_place_id uuid not null references place,
    kind text not null check (kind in ('broken', 'missing', 'warm', 'extra', 'wrong_lot')),
    lot_id uuid not null references lot,
    doses integer not null check (doses > 0),
    opened_at timestamptz not null,
    due_at timestamptz not null,
    answered_at timestamptz,
    answered_by uuid,
    answer text check (answer in ('accepted', 'found', 'sent', 'rejected')),
    answer_note text,
    review_id uuid,
    primary key (place_id, claim_id),
    constraint claim_once unique (place_id, shipment_id, line, kind),
    foreign key (place_id, shipment_id) references shipment,
    check ((answered_at is null) = (answer is null))
);
create index claim_to on claim (to_place_id, answered_at);
comment on table claim is 'What a receiver found otherwise than it was sent; the sender answers by a day, both see it.';

create table stocktake (
    place_id uuid not null references place,
    stocktake_id uuid not null,
    frozen_at timestamptz not null,
    seen pg_snapshot not null,
    status text not null check (status in ('counting', 'counted', 'verified')),
    counted_by uuid not null,
    counted_at timestamptz,
    verified_by uuid,
    verified_at timestamptz,
    entry_id uuid,
    primary key (place_id, stocktake_id),
    check ((status = 'verified') = (verified_at is not null))
);
create unique index stocktake_one_open on stocktake (place_id) where status <> 'verified';
comment on table stocktake is 'A count, frozen at its moment: it is compared with what the ledger could see then, whatever is posted later.';

create table stocktake_line (
    place_id uuid not null,
    stocktake_id uuid not null,
    unit_id uuid not null,
    lot_id uuid not null references lot,
    counted integer not null check (counted >= 0),
    expected integer,
    note text,
    primary key (place_id, stocktake_id, unit_id),
    foreign key (place_id, stocktake_id) references stocktake
);
comment on table stocktake_line is 'What was counted of a unit, and what the ledger held at the moment of the count.';

create table adjustment (
    place_id uuid not null references place,
    adjustment_id uuid not null,
    lot_id uuid not null references lot,
    unit_id uuid not null,
    doses integer not null check (doses <> 0),
    reason text not null,
    note text not null,
    status text not null check (status in ('waiting', 'posted', 'refused')),
    made_by uuid not null,
    made_at timestamptz not null,
    decided_by uuid,
    decided_at timestamptz,
    entry_id uuid,
    primary key (place_id, adjustment_id),
    constraint adjustment_by_another check (decided_by <> made_by),
    check ((status = 'posted') = (entry_id is not null))
);
comment on table adjustment is 'A correction of the ledger with its reason; above a limit it waits for a second person.';

create table destruction (
    place_id uuid not null references place,
    destruction_id uuid not null,
    protocol text not null,
    method text not null,
    witnesses jsonb not null check (jsonb_array_length(witnesses) >= 2),
    weight_grams integer not null check (weight_grams > 0),
    note text,
    made_by uuid not null,
    made_at timestamptz not null,
    entry_id uuid not null,
    primary key (place_id, destruction_id),
    constraint destruction_protocol unique (place_id, protocol)
);
comment on table destruction is 'Doses destroyed before witnesses; the lines are those of its entry.';

create table recall (
    recall_id uuid primary key,
    lot_id uuid not null constraint recall_once unique references lot,
    reason text not null,
    instructions text not null,
    ordered_by uuid,
    ordered_at timestamptz not null,
    gathered_at timestamptz
);
comment on table recall is 'A lot that must not be used any more; from this moment on it is frozen wherever the server is asked.';

create table recall_person (
    person_id uuid not null,
    recall_id uuid not null,
    immunization_id uuid not null,
    place_id uuid not null,
    given_at timestamptz not null,
    after_recall boolean not null,
    told_at timestamptz,
    primary key (person_id, recall_id, immunization_id)
);
create index recall_person_place on recall_person (recall_id, place_id);
create index recall_person_untold on recall_person (recall_id) where told_at is null;
comment on table recall_person is 'Everybody who had a dose of a recalled lot, offline ones after the recall included, and whether they were told. Written only by the statement that reads the recall, so its key is not checked once a row.';

insert into message_template (code, valid_from, body, body_en)
select 'lot_recalled', '2021-07-10',
       'Tiêm Chủng: lô vắc xin {lot} mà bạn đã tiêm ngày {day} bị thu hồi. {instructions} Thấy khó chịu, hãy gọi 115.',
       'Tiêm Chủng: vaccine lot {lot}, of which you had a dose on {day}, was recalled. {instructions} If you feel unwell, call 115.'
 where exists (select from message_template);
