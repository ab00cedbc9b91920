-- name: table_of_visits
-- Who waits, numbered, so that each transaction of pgbench takes another one.
create table bench_visit (n bigint generated always as identity primary key, visit_id uuid);

-- name: next_visit
create sequence bench_next;

-- name: forget_numbers
-- One session holds more people here than a queue number counts.
alter table visit drop constraint visit_number;

-- name: session
insert into session (place_id, session_id, campaign_id, kind, starts_at, ends_at, product, tables, status, created_at)
values (:place_id, :session_id, (select min(campaign_id) from campaign), 'fixed', now() - interval '1 hour',
        now() + interval '3 hours', 'JAN', 1, 'open', now());

-- name: lot
insert into lot (lot_id, product, number, manufacturer, expires_on, status)
values (:lot_id, 'JAN', 'BENCH', 'Janssen', current_date + 300, 'released');

-- name: unit
insert into handling_unit (place_id, unit_id, lot_id, clock, received_at)
values (:place_id, :unit_id, :lot_id, 'fridge', now());

-- name: stock
insert into stock_account (place_id, lot_id, unit_id, state, balance)
values (:place_id, :lot_id, :unit_id, 'opened', 1000000);

-- name: vial
-- A vial that never runs empty during the rounds.
insert into vial (place_id, vial_id, session_id, unit_id, lot_id, number, opened_at, use_by, doses_nominal, doses_left)
values (:place_id, :vial_id, :session_id, :unit_id, :lot_id, :number, now(), now() + interval '5 hours', 30000, 30000);

-- name: people
-- People who have agreed, were screened, and wait for their injection.
with who as (
    insert into person (person_id, name, search_name, sort_key, sex, birth_date, birth_precision, nationality, area_id,
                        address, identity_status, created_at)
    select uuidv7(), 'Người thử ' || n, 'nguoi thu ' || n, n::text, 'female', '1990-01-01', 'day', 'VN',
           (select area_id from place where place_id = :place_id), 'địa chỉ', 'unchecked', now()
      from generate_series(1, :visits) n returning person_id),
agreed as (
    insert into consent (person_id, consent_id, consent_text_id, channel, given_by, given_at)
    select person_id, uuidv7(), (select min(consent_text_id) from consent_text), 'staff', 'self', now() from who),
arrived as (
    insert into visit (place_id, visit_id, session_id, person_id, number, step, dose_role, ordinal, checked_in_at,
                       checked_in_by, conclusion, screened_at)
    select :place_id, uuidv7(), :session_id, person_id, row_number() over () % 32000 + 1, 'injection', 'basic', 1, now(),
           :staff_id, 'eligible', now() from who returning visit_id)
insert into bench_visit (visit_id) select visit_id from arrived;

-- name: earlier_doses
-- People with a dose each, its claim, its stock lines and its event, as the register has them after a campaign.
with who as (
    insert into person (person_id, name, search_name, sort_key, sex, birth_date, birth_precision, nationality, area_id,
                        address, identity_status, created_at)
    select uuidv7(), 'Người cũ ' || n, 'nguoi cu ' || n, n::text, 'male', '1980-01-01', 'day', 'VN',
           (select area_id from place where place_id = :place_id), 'địa chỉ', 'unchecked', now()
      from generate_series(1, :doses) n returning person_id),
given as (
    insert into immunization (person_id, immunization_id, version, status, disease, dose_role, ordinal, product, lot_id, place_id,
                              area_id, occurred_at, recorded_at, source)
    select w.person_id, uuidv7(), 1, 'completed', 'COVID-19', 'basic', 1, 'JAN', l.lot_id, :place_id, p.area_id,
           now() - interval '200 days', now() - interval '200 days', 'generated'
      from who w, (select lot_id from lot where number = 'BENCH') l, (select area_id from place where place_id = :place_id) p
    returning person_id, immunization_id, lot_id, area_id),
claimed as (
    insert into dose_claim (person_id, disease, role, ordinal, immunization_id, place_id, claimed_at)
    select person_id, 'COVID-19', 'basic', 1, immunization_id, :place_id, now() from given)
insert into event (event_id, kind, actor_kind, person_id, place_id, area_id, body)
select uuidv7(), 'immunization.recorded', 'system', person_id, :place_id, area_id,
       jsonb_build_object('immunization_id', immunization_id, 'version', 1) from given;

-- name: waiting
select visit_id from bench_visit order by n desc;
