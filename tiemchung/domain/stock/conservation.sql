-- name: of_place
-- What a place received and delivered, by its entries, and where its doses are, by its balances.
with flow as (
    select coalesce(-sum(doses) filter (where state = 'external'), 0)
           + coalesce(sum(doses) filter (where reason = 'receive' and state in ('on_hand', 'quarantined', 'unexplained')), 0)
           + coalesce(sum(doses) filter (where reason = 'claim_sent' and state = 'unexplained'), 0) as received,
           coalesce(-sum(doses) filter (where reason = 'receive' and state in ('in_transit', 'wasted', 'lost')), 0)
           + coalesce(-sum(doses) filter (where reason = 'claim_sent' and state = 'on_hand'), 0) as delivered
      from stock_posting
     where place_id = :place_id)
select flow.received, flow.delivered, held.*
  from flow
 cross join (
    select coalesce(sum(balance) filter (where state = 'on_hand'), 0)::bigint as on_hand,
           coalesce(sum(balance) filter (where state = 'opened'), 0)::bigint as opened,
           coalesce(sum(balance) filter (where state = 'quarantined'), 0)::bigint as quarantined,
           coalesce(sum(balance) filter (where state = 'in_transit'), 0)::bigint as in_transit,
           coalesce(sum(balance) filter (where state = 'administered'), 0)::bigint as administered,
           coalesce(sum(balance) filter (where state in ('wasted', 'destroyed', 'returned')), 0)::bigint as wasted,
           coalesce(sum(balance) filter (where state = 'lost'), 0)::bigint as lost,
           coalesce(sum(balance) filter (where state = 'unexplained'), 0)::bigint as unexplained
      from stock_account
     where place_id = :place_id) held;

-- name: of_lots
-- Every lot that came into the country's stock: what came from its maker, and where it is now.
select lot.lot_id, lot.number, lot.product, product.name as product_name, lot.manufacturer, lot.status, a.places,
       a.received, 0 as delivered, a.on_hand, a.opened, a.quarantined, a.in_transit, a.administered, a.wasted, a.lost,
       a.unexplained
  from (select lot_id, count(distinct place_id) filter (where balance > 0) as places,
               coalesce(-sum(balance) filter (where state = 'external'), 0)::bigint as received,
               coalesce(sum(balance) filter (where state = 'on_hand'), 0)::bigint as on_hand,
               coalesce(sum(balance) filter (where state = 'opened'), 0)::bigint as opened,
               coalesce(sum(balance) filter (where state = 'quarantined'), 0)::bigint as quarantined,
               coalesce(sum(balance) filter (where state = 'in_transit'), 0)::bigint as in_transit,
               coalesce(sum(balance) filter (where state = 'administered'), 0)::bigint as administered,
               coalesce(sum(balance) filter (where state in ('wasted', 'destroyed', 'returned')), 0)::bigint as wasted,
               coalesce(sum(balance) filter (where state = 'lost'), 0)::bigint as lost,
               coalesce(sum(balance) filter (where state = 'unexplained'), 0)::bigint as unexplained
          from stock_account
         group by lot_id) a
  join lot using (lot_id)
  join product on product.code = lot.product
 order by lot.expires_on desc, lot.number
 limit 1000;

-- name: where_is
-- The doses of one lot by province and state; the nation's own stores stand by themselves. Balances are summed by place
-- before anything is joined, and provinces are found by the code in a path: one lot may lie at every site.
with held as materialized (
    select place_id,
           coalesce(sum(balance) filter (where state = 'on_hand'), 0)::bigint as on_hand,
           coalesce(sum(balance) filter (where state = 'opened'), 0)::bigint as opened,
           coalesce(sum(balance) filter (where state = 'quarantined'), 0)::bigint as quarantined,
           coalesce(sum(balance) filter (where state = 'in_transit'), 0)::bigint as in_transit,
           coalesce(sum(balance) filter (where state = 'administered'), 0)::bigint as administered,
           coalesce(sum(balance) filter (where state in ('wasted', 'destroyed', 'returned')), 0)::bigint as wasted,
           coalesce(sum(balance) filter (where state = 'lost'), 0)::bigint as lost,
           coalesce(sum(balance) filter (where state = 'unexplained'), 0)::bigint as unexplained
      from stock_account
     where lot_id = :lot_id and state <> 'external' and balance <> 0
     group by place_id),
located as materialized (
    select case when place.kind in ('national_store', 'regional_institute') then null
                else ltree2text(subpath(area.path, 2, 1)) end as code,
           case when place.kind in ('national_store', 'regional_institute') then place.name end as store,
           area.valid_from, held.*
      from held
      join place using (place_id)
      join area using (area_id)
     where nlevel(area.path) >= 3),
summed as materialized (
    select code, store, valid_from, count(*) as places, sum(on_hand)::bigint as on_hand, sum(opened)::bigint as opened,
           sum(quarantined)::bigint as quarantined, sum(in_transit)::bigint as in_transit,
           sum(administered)::bigint as administered, sum(wasted)::bigint as wasted, sum(lost)::bigint as lost,
           sum(unexplained)::bigint as unexplained
      from located
     group by code, store, valid_from)
select coalesce(summed.code, '') as province_code, coalesce(summed.store, province.name, '') as province_name,
       summed.places, summed.on_hand, summed.opened, summed.quarantined, summed.in_transit, summed.administered,
       summed.wasted, summed.lost, summed.unexplained
  from summed
  left join area province on province.level = 'province' and province.code = summed.code
                         and province.valid_from = summed.valid_from
 order by 1, 2;

-- name: at_places
-- One lot at each place of an area: received and delivered by its entries, the rest by its balances.
with flow as (
    select place_id,
           coalesce(-sum(doses) filter (where state = 'external'), 0)
           + coalesce(sum(doses) filter (where reason = 'receive' and state in ('on_hand', 'quarantined', 'unexplained')), 0)
           + coalesce(sum(doses) filter (where reason = 'claim_sent' and state = 'unexplained'), 0) as received,
           coalesce(-sum(doses) filter (where reason = 'receive' and state in ('in_transit', 'wasted', 'lost')), 0)
           + coalesce(-sum(doses) filter (where reason = 'claim_sent' and state = 'on_hand'), 0) as delivered
      from stock_posting
     where lot_id = :lot_id
     group by place_id),
held as (
    select place_id,
           coalesce(sum(balance) filter (where state = 'on_hand'), 0)::bigint as on_hand,
           coalesce(sum(balance) filter (where state = 'opened'), 0)::bigint as opened,
           coalesce(sum(balance) filter (where state = 'quarantined'), 0)::bigint as quarantined,
           coalesce(sum(balance) filter (where state = 'in_transit'), 0)::bigint as in_transit,
           coalesce(sum(balance) filter (where state = 'administered'), 0)::bigint as administered,
           coalesce(sum(balance) filter (where state in ('wasted', 'destroyed', 'returned')), 0)::bigint as wasted,
           coalesce(sum(balance) filter (where state = 'lost'), 0)::bigint as lost,
           coalesce(sum(balance) filter (where state = 'unexplained'), 0)::bigint as unexplained
      from stock_account
     where lot_id = :lot_id
     group by place_id)
select held.*, coalesce(flow.received, 0) as received, coalesce(flow.delivered, 0) as delivered,
       place.name as place_name, place.kind as place_kind,
       coalesce(province.code, '') as province_code, coalesce(province.name, '') as province_name
  from held
  left join flow using (place_id)
  join place using (place_id)
  join area using (area_id)
  left join area province on province.level = 'province' and nlevel(area.path) >= 3
                         and province.path = subpath(area.path, 0, 3) and province.valid_from = area.valid_from
 where :path::ltree is null or area.path <@ :path::ltree
 order by held.on_hand desc, place.name
 limit 1000;
