-- Health declarations, what people feel after a dose, and the cases that come of it.

create table declaration (
    person_id uuid not null references person,
    declaration_id uuid not null,
    code text not null,
    answers jsonb not null,
    verdict text not null check (verdict in ('clear', 'symptoms', 'exposure')),
    channel text not null check (channel in ('app', 'code')),
    declared_at timestamptz not null,
    primary key (person_id, declaration_id)
);
create index declaration_code on declaration (code);
comment on table declaration is 'What somebody declared about their health before a visit; each declaration stays, the newest counts. The code is shown to the site.';

create table reaction_check (
    person_id uuid not null references person,
    immunization_id uuid not null,
    day smallint not null check (day in (1, 3, 7, 14, 28, 42)),
    due_on date not null,
    sampled boolean not null,
    asked_at timestamptz,
    answered_at timestamptz,
    feeling text check (feeling in ('fine', 'something')),
    primary key (person_id, immunization_id, day),
    check ((answered_at is null) = (feeling is null))
);
create index reaction_check_due on reaction_check (due_on) where sampled and asked_at is null;
comment on table reaction_check is 'The diary after a dose, days 1 to 42: a row when somebody answered, or when the dose is in the sample that is asked by message.';

create table aefi_report (
    person_id uuid not null references person,
    report_id uuid not null,
    immunization_id uuid not null,
    place_id uuid not null references place,
    dangers text[] not null,
    signs text[] not null,
    onset_on date not null,
    temperature_c numeric(3, 1) check (temperature_c between 30 and 45),
    sought_care boolean not null,
    missed_work boolean not null,
    note text not null,
    channel text not null check (channel in ('app', 'code', 'staff')),
    reported_at timestamptz not null,
    reported_by uuid,
    primary key (person_id, report_id),
    check (cardinality(dangers) + cardinality(signs) > 0 or note <> '')
);
create index aefi_report_dose on aefi_report (person_id, immunization_id, reported_at);
comment on table aefi_report is 'What somebody noticed after a dose (adverse event following immunization); what is known already stands with the dose.';

create table aefi_case (
    person_id uuid not null references person,
    case_id uuid not null,
    version smallint not null check (version > 0),
    report_id uuid not null,
    immunization_id uuid not null,
    place_id uuid not null references place,
    status text not null check (status in ('open', 'contacted', 'investigating', 'closed')),
    serious text check (serious in ('no', 'death', 'life_threatening', 'hospital', 'disability', 'anomaly', 'other')),
    causality text check (causality in ('A1', 'A2', 'A3', 'A4', 'B1', 'B2', 'C', 'D')),
    council text,
    decided_on date,
    note text not null,
    opened_at timestamptz not null,
    serious_at timestamptz,
    at timestamptz not null,
    by uuid,
    constraint aefi_case_pkey primary key (person_id, case_id, version),
    check ((causality is null) = (decided_on is null)),
    check (causality is null or council is not null),
    check ((serious_at is null) = (serious is null or serious = 'no')),
    check (version = 1 or note <> '')
);
create index aefi_case_place on aefi_case (place_id, opened_at);
comment on table aefi_case is 'A case that a site or province follows; append-only, the highest version counts. Its clocks start when it becomes serious.';

create view aefi_case_version as
select c.person_id, c.case_id, c.version, c.report_id, c.immunization_id, c.place_id, place.name as place_name, c.status,
       c.serious, c.causality, c.council, c.decided_on, c.note, c.opened_at, c.serious_at, c.at, staff.name as by_name,
       person.name as person_name, product.short_name as product_name, lot.number as lot_number, dose.session_id,
       dose.occurred_at, report.dangers
  from aefi_case c
  join place on place.place_id = c.place_id
  join person on person.person_id = c.person_id
  join aefi_report report on report.person_id = c.person_id and report.report_id = c.report_id
  cross join lateral (select i.product, i.lot_id, i.session_id, i.occurred_at from immunization i
                       where i.person_id = c.person_id and i.immunization_id = c.immunization_id
                       order by i.version desc limit 1) dose
  join product on product.code = dose.product
  left join lot on lot.lot_id = dose.lot_id
  left join staff on staff.staff_id = c.by;
comment on view aefi_case_version is 'Every version of a case with the names that a worklist shows.';

create view aefi_case_now as
select v.* from aefi_case_version v
 where v.version = (select max(c.version) from aefi_case c where c.person_id = v.person_id and c.case_id = v.case_id);
comment on view aefi_case_now is 'Each case as it stands.';

insert into message_template (code, valid_from, body, body_en)
select 'reaction_check', '2021-07-10',
       'Tiêm Chủng: hôm nay bạn thấy thế nào sau mũi tiêm? Trả lời một chạm trong Sổ sức khỏe. Khó thở, đau ngực, co giật, lơ mơ: gọi 115 ngay.',
       'Tiêm Chủng: how do you feel after your dose today? Answer with one tap in the health book. Short of breath, chest pain, seizure, drowsy: call 115 at once.'
 where exists (select from message_template);
