-- name: period
-- Balances before and at the end of a period, and what moved in it, from the entries. Stock is what is closed, opened,
-- in quarantine or on the way; between places of one area a transfer leaves one and enters the other.
with line as (
    select p.state, p.reason, p.doses, p.recorded_at >= :from_at as within
      from stock_posting p
      join lot using (lot_id)
      join place using (place_id)
      join area using (area_id)
     where p.recorded_at < :until_at
       and (:place_id::uuid is null or p.place_id = :place_id)
       and (:path::ltree is null or area.path <@ :path::ltree)
       and (:product::text is null or lot.product = :product))
select coalesce(sum(doses) filter (where not within and state in ('on_hand', 'opened', 'quarantined', 'in_transit')), 0) as opening,
       coalesce(sum(doses) filter (where state in ('on_hand', 'opened', 'quarantined', 'in_transit')), 0) as closing,
       coalesce(-sum(doses) filter (where within and state = 'external'), 0)
       + coalesce(sum(doses) filter (where within and reason = 'receive' and state in ('on_hand', 'quarantined', 'unexplained')), 0)
       + coalesce(sum(doses) filter (where within and reason = 'claim_sent' and state = 'unexplained'), 0) as received,
       coalesce(-sum(doses) filter (where within and reason = 'receive' and state in ('in_transit', 'wasted', 'lost')), 0)
       + coalesce(-sum(doses) filter (where within and reason = 'claim_sent' and state = 'on_hand'), 0) as sent,
       coalesce(sum(doses) filter (where within and state = 'administered'), 0) as administered,
       coalesce(sum(doses) filter (where within and state = 'opened' and reason in ('open', 'extra')), 0) as in_opened,
       coalesce(-sum(doses) filter (where within and state = 'opened' and reason not in ('open', 'extra', 'dose')), 0) as wasted_open,
       coalesce(sum(doses) filter (where within and state = 'wasted'), 0)
       + coalesce(sum(doses) filter (where within and state = 'opened' and reason not in ('open', 'extra', 'dose')), 0)
       + coalesce(sum(doses) filter (where within and state = 'lost'), 0) as wasted_closed
  from line;

-- name: waste
-- Doses thrown away by reason: those that left an opened vial, and the others.
select reason, coalesce(-sum(doses) filter (where state = 'opened'), 0) as opened,
       coalesce(sum(doses) filter (where state = 'wasted'), 0) + coalesce(sum(doses) filter (where state = 'opened'), 0) as closed
  from stock_posting p
  join place using (place_id)
  join area using (area_id)
 where p.recorded_at >= :from_at and p.recorded_at < :until_at and p.state in ('wasted', 'opened')
   and p.reason not in ('open', 'extra', 'dose', 'destroy')
   and (:place_id::uuid is null or p.place_id = :place_id)
   and (:path::ltree is null or area.path <@ :path::ltree)
 group by reason
having coalesce(sum(doses) filter (where state = 'wasted'), 0) <> 0
 order by sum(doses) filter (where state = 'wasted') desc, reason;

-- name: ranking
-- Provinces by doses given per dose received or decided. Received is what the province's places hold, gave, wasted or lost
-- now: from balances, so that it answers at once. Decided is what the nation's stores and institutes gave by decision.
with of_place as (
    select place.place_id, area.code, area.name
      from place
      join area site on site.area_id = place.area_id
      join area on area.level = 'province' and nlevel(site.path) >= 3 and area.path = subpath(site.path, 0, 3)
               and area.valid_from = site.valid_from
     where place.kind not in ('national_store', 'regional_institute')),
decided as (
    select of_place.code, sum(l.doses)::bigint as doses
      from allocation_line l
      join place sender on sender.place_id = l.place_id and sender.kind in ('national_store', 'regional_institute')
      join of_place on of_place.place_id = l.to_place_id
     group by of_place.code),
province as (
    select of_place.code, of_place.name,
           coalesce(sum(a.balance) filter (where a.state in ('on_hand', 'opened', 'quarantined', 'in_transit', 'wasted',
                                                             'lost', 'destroyed', 'returned', 'administered', 'unexplained')), 0)::bigint as received,
           coalesce(sum(a.balance) filter (where a.state = 'administered'), 0)::bigint as administered
      from stock_account a
      join of_place using (place_id)
     group by of_place.code, of_place.name),
compared as (
    select province.*, coalesce(decided.doses, 0) as decided,
           case :by when 'decided' then coalesce(decided.doses, 0) else received end as denominator
      from province
      left join decided using (code))
select row_number() over (order by administered::numeric / denominator desc, code) as place, code as province_code,
       name as province_name, decided, received, administered
  from compared
 where denominator > 0
 order by place;

-- name: in_transit
-- Shipments that nobody has signed for, the oldest first.
select s.place_id, s.shipment_id, s.number, sender.name as from_name, sender.kind as from_kind,
       receiver.name as to_name, s.sent_at, s.expected_at,
       (select sum(l.doses) from shipment_line l where l.place_id = s.place_id and l.shipment_id = s.shipment_id) as doses
  from shipment s
  join place sender on sender.place_id = s.place_id
  join place receiver on receiver.place_id = s.to_place_id
  join area on area.area_id = receiver.area_id
 where s.received_at is null and (:path::ltree is null or area.path <@ :path::ltree)
 order by s.sent_at, s.shipment_id
 limit 500;
