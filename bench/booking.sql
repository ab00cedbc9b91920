-- name: cycle
-- Old sessions of many places, one a day, each with 16 half hours; no two of a place overlap.
create table bench_session as
select p.place_id, uuidv7() as session_id, d as day, row_number() over (order by d, p.place_id) as n
  from (select place_id, row_number() over (order by place_id) as k from place where tables > 0) p
  cross join generate_series(1, 400) d
 order by d, p.place_id
 limit :sessions;

-- name: sessions
insert into session (place_id, session_id, campaign_id, kind, starts_at, ends_at, product, tables, status, created_at)
select place_id, session_id, (select min(campaign_id) from campaign), 'fixed',
       date_trunc('day', now()) - make_interval(days => day::int), date_trunc('day', now()) - make_interval(days => day::int) + interval '8 hours',
       'JAN', 1, 'closed', now()
  from bench_session;

-- name: slots
insert into slot (place_id, session_id, starts_at, minutes, capacity, taken)
select place_id, session_id, date_trunc('day', now()) - make_interval(days => day::int) + h * interval '30 minutes', 30, 25, 25
  from bench_session cross join generate_series(0, 15) h;

-- name: claims
-- Claims of people who do not matter here; the load may name people who are not kept.
insert into dose_claim (person_id, disease, role, ordinal, appointment_id, place_id, claimed_at)
select uuidv7(), 'COVID-19', 'basic', 1, uuidv7(), place_id, now() from bench_session cross join generate_series(1, 400);

-- name: appointments
insert into appointment (place_id, appointment_id, session_id, starts_at, person_id, code, dose_role, ordinal, channel, status,
                         booked_at)
select c.place_id, c.appointment_id, b.session_id, date_trunc('day', now()) - make_interval(days => b.day::int) + (row_number() over (partition by c.place_id) % 16) * interval '30 minutes',
       c.person_id, left(c.appointment_id::text, 14), 'basic', 1, 'self', 'booked', now()
  from dose_claim c
  join (select distinct on (place_id) * from bench_session) b using (place_id);

-- name: coming
-- Half hours of the day after tomorrow: many, or fifty that everybody wants.
create table bench_slot as
with made as (
    insert into session (place_id, session_id, campaign_id, kind, starts_at, ends_at, product, tables, status, created_at)
    select place_id, uuidv7(), (select min(campaign_id) from campaign), 'fixed', date_trunc('day', now()) + interval '2 days',
           date_trunc('day', now()) + interval '2 days 8 hours', 'JAN', 1, 'planned', now()
      from place where tables > 0
    returning place_id, session_id),
half_hours as (
    insert into slot (place_id, session_id, starts_at, minutes, capacity, self_capacity)
    select place_id, session_id, date_trunc('day', now()) + interval '2 days' + h * interval '30 minutes', 30, 32000, 32000
      from made cross join generate_series(0, 15) h
    returning place_id, session_id, starts_at)
select row_number() over (order by starts_at, place_id) as n, * from half_hours;

-- name: approve
update session set status = 'approved' where status = 'planned';

-- name: number_slots
alter table bench_slot add primary key (n);

-- name: next_person
create sequence bench_next;

-- name: people
create table bench_person as
with who as (
    insert into person (person_id, name, search_name, sort_key, sex, birth_date, birth_precision, nationality, area_id,
                        address, identity_status, created_at)
    select uuidv7(), 'Người thử ' || n, 'nguoi thu ' || n, n::text, 'female', '1990-01-01', 'day', 'VN',
           (select min(area_id) from place), 'địa chỉ', 'unchecked', now()
      from generate_series(1, :people) n returning person_id)
select row_number() over () as n, person_id from who;

-- name: number_people
alter table bench_person add primary key (n);

-- name: accounts
insert into account (account_id, phone_index, phone_sealed, lang, created_at)
select md5('account' || n)::uuid, decode(md5(n::text), 'hex'), '', 'vi', now() from generate_series(0, :accounts - 1) n;

-- name: sign_ins
insert into sign_in (sign_in_id, account_id, started_at, expires_at)
select sha256(('bench-' || n)::bytea), md5('account' || n)::uuid, now(), now() + interval '1 day' from generate_series(0, :accounts - 1) n;

-- name: families
insert into account_person (person_id, account_id, relation, proof, since)
select person_id, md5('account' || n % :accounts)::uuid, 'relative', 'staff', now() from bench_person;

-- name: registrations
insert into registration (person_id, registration_id, code, campaign_id, channel, relation, dose_role, ordinal, wanted_on,
                          wanted_part, history, province_code, district_code, status, status_at, registered_at)
select person_id, uuidv7(), n::text, (select min(campaign_id) from campaign), 'app', 'self', 'basic', 1, current_date, 'day',
       '{"answers": {}}', lpad((n % 63 + 1)::text, 2, '0'), '474', 'approved', now(), now()
  from bench_person;

-- name: everybody
select n, person_id from bench_person order by n;

-- name: half_hours
select n, place_id, session_id, starts_at from bench_slot order by n limit :most;

-- name: kept
-- Oversold, leaked and lost places, after all rounds: none of the three may be.
select (select count(*) from slot where taken > capacity)::int as oversold,
       (select count(*) from bench_slot b join slot s using (place_id, session_id, starts_at)
         where s.taken <> (select count(*) from appointment t
                            where t.place_id = s.place_id and t.session_id = s.session_id and t.starts_at = s.starts_at
                              and t.status in ('held', 'booked')))::int as leaked,
       (select count(*) from appointment t join bench_person p using (person_id)
         where not exists (select from dose_claim c where c.person_id = t.person_id and c.appointment_id = t.appointment_id))::int
         as lost,
       (select count(*) from appointment t join bench_person p using (person_id))::int as booked;
