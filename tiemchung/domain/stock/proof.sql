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

-- name: negative
-- Accounts that hold less than nothing: the constraint refuses them, so one here means that it was taken away.
select concat_ws('/', place_id, lot_id, unit_id, state) as key, 0 as expected, balance as found
  from stock_account
 where balance < 0 and state not in ('external', 'unexplained')
 limit 100;

-- name: receipts
-- Per receiver and lot: what shipments say was taken over against what entries of receipt brought.
select concat_ws('/', place_id, lot_id) as key, coalesce(signed.doses, 0) as expected, coalesce(posted.doses, 0) as found
  from (select s.to_place_id as place_id, l.lot_id, sum(l.accepted) as doses
          from shipment s
          join shipment_line l using (place_id, shipment_id)
         where s.received_at is not null
         group by s.to_place_id, l.lot_id
        having sum(l.accepted) > 0) signed
  full join (select place_id, lot_id, sum(doses) as doses
               from stock_posting
              where reason = 'receive' and state in ('on_hand', 'quarantined', 'unexplained')
              group by place_id, lot_id
             having sum(doses) <> 0) posted using (place_id, lot_id)
 where coalesce(signed.doses, 0) <> coalesce(posted.doses, 0)
 limit 100;

-- name: conservation
-- Per place and lot: received = given + wasted + moved + on hand. Received and moved are told by makers' entries and
-- signed shipments, given by the register of immunizations, the rest by the balances.
with received as (
    select place_id, lot_id, sum(doses) as doses
      from (select place_id, lot_id, -doses as doses from stock_posting where state = 'external'
             union all
            select s.to_place_id, l.lot_id, l.accepted
              from shipment s join shipment_line l using (place_id, shipment_id) where s.received_at is not null
             union all
            select place_id, lot_id, doses from stock_posting where reason = 'claim_sent' and state = 'unexplained') came
     group by place_id, lot_id),
moved as (
    select place_id, lot_id, sum(doses) as doses
      from (select l.place_id, l.lot_id, l.accepted as doses
              from shipment s join shipment_line l using (place_id, shipment_id) where s.received_at is not null
             union all
            select place_id, lot_id, -doses from stock_posting where reason = 'claim_sent' and state = 'on_hand') went
     group by place_id, lot_id),
given as (
    select place_id, lot_id, count(*) as doses
      from immunization i
     where status = 'completed' and source in ('recorded', 'generated') and lot_id is not null
       and not exists (select from immunization later
                        where later.person_id = i.person_id and later.immunization_id = i.immunization_id
                          and later.version > i.version)
     group by place_id, lot_id),
held as (
    select place_id, lot_id, sum(balance) as doses
      from stock_account
     where state not in ('external', 'administered')
     group by place_id, lot_id)
select concat_ws('/', place_id, lot_id) as key, coalesce(received.doses, 0)::bigint as expected,
       (coalesce(given.doses, 0) + coalesce(moved.doses, 0) + coalesce(held.doses, 0))::bigint as found
  from held
  full join received using (place_id, lot_id)
  full join moved using (place_id, lot_id)
  full join given using (place_id, lot_id)
 where coalesce(received.doses, 0) <> coalesce(given.doses, 0) + coalesce(moved.doses, 0) + coalesce(held.doses, 0)
 limit 100;

-- name: reviews
-- Per place and lot: doses without stock against the reviews that ask for them or could not explain them.
select concat_ws('/', place_id, lot_id) as key, coalesce(asked.doses, 0) as expected, coalesce(posted.doses, 0) as found
  from (select place_id, lot_id, sum(doses) as doses
          from stock_review
         where kind <> 'recalled' and (outcome is null or outcome = 'unknown')
         group by place_id, lot_id) asked
  full join (select place_id, lot_id, -sum(balance)::bigint as doses
               from stock_account
              where state = 'unexplained'
              group by place_id, lot_id) posted using (place_id, lot_id)
 where coalesce(asked.doses, 0) <> coalesce(posted.doses, 0)
 limit 100;

-- name: checked
-- How many numbers were compared.
select (select count(*) from stock_account) + (select count(distinct entry_id) from stock_posting)
       + (select count(distinct lot_id) from stock_account)
       + (select count(*) from (select distinct place_id, lot_id from stock_account) held)
       + (select count(*) from vial) + (select count(*) from shipment) + (select count(*) from stock_review) as checked;
