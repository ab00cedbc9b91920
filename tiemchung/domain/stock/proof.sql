-- name: balances
-- Every account's balance against the sum of its postings.
select concat_ws('/', place_id, lot_id, unit_id, state) as key, coalesce(posted.doses, 0) as expected,
       coalesce(a.balance, 0) as found
  from stock_account a
  full join (select place_id, lot_id, unit_id, state, sum(doses) as doses
               from stock_posting
              group by place_id, lot_id, unit_id, state) posted using (place_id, lot_id, unit_id, state)
 where coalesce(posted.doses, 0) <> coalesce(a.balance, 0)
 limit 100;

-- name: entries
-- Entries whose lines do not sum to zero.
select entry_id::text as key, 0 as expected, sum(doses) as found
  from stock_posting
 group by entry_id
having sum(doses) <> 0
 limit 100;

-- name: lots
-- Per lot: what entered the country's stock against where it is now.
select lot_id::text as key,
       coalesce(-sum(balance) filter (where state in ('external', 'unexplained')), 0)::bigint as expected,
       coalesce(sum(balance) filter (where state not in ('external', 'unexplained')), 0)::bigint as found
  from stock_account
 group by lot_id
having sum(balance) <> 0
 limit 100;

-- name: administered
-- Per place and lot: doses that the register knows as given here against doses that left the stock into an arm.
select concat_ws('/', place_id, coalesce(lot_id::text, 'no lot')) as key, coalesce(given.doses, 0) as expected,
       coalesce(posted.doses, 0) as found
  from (select place_id, lot_id, count(*) as doses
          from immunization i
         where status = 'completed' and source in ('recorded', 'generated')
           and not exists (select from immunization later
                            where later.person_id = i.person_id and later.immunization_id = i.immunization_id
                              and later.version > i.version)
         group by place_id, lot_id) given
  full join (select place_id, lot_id, sum(balance)::bigint as doses
               from stock_account
              where state = 'administered'
              group by place_id, lot_id) posted using (place_id, lot_id)
 where coalesce(given.doses, 0) <> coalesce(posted.doses, 0)
 limit 100;

-- name: vials
-- Per place, lot and unit: doses in open vials against the opened account.
select concat_ws('/', place_id, lot_id, unit_id) as key, coalesce(vials.doses, 0) as expected,
       coalesce(accounts.doses, 0) as found
  from (select place_id, lot_id, unit_id, sum(doses_left) as doses
          from vial
         where closed_at is null
         group by place_id, lot_id, unit_id) vials
  full join (select place_id, lot_id, unit_id, balance as doses
               from stock_account
              where state = 'opened') accounts using (place_id, lot_id, unit_id)
 where coalesce(vials.doses, 0) <> coalesce(accounts.doses, 0)
 limit 100;

-- name: transit
-- Per sender and lot: doses of shipments that nobody has signed for against the account in transit.
select concat_ws('/', place_id, lot_id) as key, coalesce(sent.doses, 0) as expected,
       coalesce(accounts.doses, 0) as found
  from (select l.place_id, l.lot_id, sum(l.doses) as doses
          from shipment s
          join shipment_line l using (place_id, shipment_id)
         where s.received_at is null
         group by l.place_id, l.lot_id) sent
  full join (select place_id, lot_id, sum(balance)::bigint as doses
               from stock_account
              where state = 'in_transit'
              group by place_id, lot_id) accounts using (place_id, lot_id)
 where coalesce(sent.doses, 0) <> coalesce(accounts.doses, 0)
 limit 100;

-- name: checked
-- How much there was to check.
select (select count(*) from stock_account) as accounts,
       (select count(distinct entry_id) from stock_posting) as entries,
       (select count(distinct lot_id) from stock_account) as lots,
       (select count(*) from stock_account where state = 'administered') as administered,
       (select count(*) from vial) as vials,
       (select count(*) from shipment) as shipments;
