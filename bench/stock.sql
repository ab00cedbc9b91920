-- name: lots
insert into lot (lot_id, product, number, manufacturer, expires_on, status)
select uuidv7(), 'AZ', 'BENCH' || n, 'AstraZeneca', current_date + 300, 'released' from generate_series(1, 20) n
returning lot_id;

-- name: trays
-- Trays that entries are spread over, numbered, so that clients do not wait for one another.
create table bench_unit as
select n, uuidv7() as unit_id from generate_series(1, 2000) n where n <= :units::int and :lot_id::uuid is not null
   and :place_id::uuid is not null;

-- name: tray_balances
insert into stock_account (place_id, lot_id, unit_id, state, balance)
select :place_id, :lot_id, unit_id, 'on_hand', 1000000000 from bench_unit;

-- name: units
select unit_id from bench_unit order by n;

-- name: everywhere
-- The lot in every state at every site of the country.
insert into stock_account (place_id, lot_id, unit_id, state, balance)
select place.place_id, :lot_id, uuidv7(), state, 10
  from place
 cross join unnest(array['on_hand', 'opened', 'in_transit', 'administered', 'wasted']) as state
 where place.tables > 0;

-- name: postings
-- A ledger of many entries: two lines each, over all sites and lots.
with entry as (
    select n, uuidv7() as entry_id, sites.ids[1 + n % cardinality(sites.ids)] as place_id,
           (:lots::uuid[])[1 + n % 20] as lot_id
      from generate_series(1, :most::bigint / 2) n
     cross join (select array_agg(place_id order by code) as ids from place where tables > 0) sites)
insert into stock_posting (place_id, posting_id, line, entry_id, lot_id, unit_id, state, doses, reason, recorded_at)
select entry.place_id, entry.entry_id, line.line, entry.entry_id, entry.lot_id, entry.lot_id, line.state, line.doses,
       'broken', now()
  from entry
 cross join (values (1::smallint, 'on_hand', -1), (2::smallint, 'wasted', 1)) as line(line, state, doses);

-- name: balances
-- The balances of those entries, as posting keeps them.
insert into stock_account (place_id, lot_id, unit_id, state, balance)
select place_id, lot_id, unit_id, state, case state when 'on_hand' then 1000000 else sum(doses) end
  from stock_posting
 group by place_id, lot_id, unit_id, state
on conflict (place_id, lot_id, unit_id, state) do nothing;

-- name: sum_of_lot
select state, sum(balance) from stock_account where lot_id = :lot_id group by state;

-- name: people
-- So many people who had a dose of the lot.
with who as (
    insert into person (person_id, name, search_name, sort_key, sex, birth_date, birth_precision, nationality, area_id,
                        address, identity_status, created_at)
    select uuidv7(), 'Người thử ' || n, 'nguoi thu ' || n, n::text, 'female', '1990-01-01', 'day', 'VN',
           (select area_id from place where place_id = :place_id), 'địa chỉ', 'unchecked', now()
      from generate_series(1, :people) n returning person_id, area_id)
insert into immunization (person_id, immunization_id, version, status, disease, dose_role, ordinal, product, lot_id,
                          place_id, area_id, occurred_at, recorded_at, source)
select person_id, uuidv7(), 1, 'completed', 'COVID-19', 'basic', 1, 'AZ', :lot_id, :place_id, area_id,
       now() - interval '1 day', now(), 'generated' from who;

-- name: copied
create table bench_copied as
select person_id, immunization_id, place_id, occurred_at from immunization where lot_id = :lot_id;
