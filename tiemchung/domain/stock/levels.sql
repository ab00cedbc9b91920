-- name: levels
-- What a place holds, has coming and has used of each product that it knows, with its days without any, in a period.
-- Used is what was given here or sent on to others and what was wasted or lost; doses that only changed their shelf are not.
with daily as (
    select lot.product, greatest(day.on_day, :from_on::date - 1) as on_day, min(day.on_day) as known_since,
           coalesce(sum(p.doses) filter (where p.state = 'on_hand'), 0) as on_hand,
           -coalesce(sum(p.doses) filter (where p.reason not in ('maker', 'receive', 'opening', 'claim_found', 'extra', 'escrow',
                                                                'escrow_back')), 0) as used
      from stock_posting p
      join lot using (lot_id)
     cross join lateral (select (p.recorded_at at time zone 'Asia/Ho_Chi_Minh')::date as on_day) day
     where p.place_id = :place_id and p.state in ('on_hand', 'opened', 'quarantined')
     group by 1, 2),
closing as (
    select daily.product, shown.on_day, sum(daily.on_hand) as doses
      from generate_series(:from_on::date, :until_on::date, interval '1 day') as shown(on_day)
      join daily on daily.on_day <= shown.on_day
     group by daily.product, shown.on_day),
used as (
    select product, coalesce(sum(used) filter (where on_day >= :from_on::date), 0) as doses, min(known_since) as known_since
      from daily
     group by product),
coming as (
    select lot.product, sum(l.doses) as doses
      from shipment s
      join shipment_line l using (place_id, shipment_id)
      join lot using (lot_id)
     where s.to_place_id = :place_id and s.received_at is null
     group by lot.product)
select used.product, product.name as product_name, pack.doses_per_vial,
       coalesce(coming.doses, 0)::bigint as coming, greatest(used.doses, 0)::bigint as used,
       :until_on::date - greatest(used.known_since, :from_on::date) + 1 as days,
       (select count(*) from closing where closing.product = used.product and closing.doses = 0) as days_without
  from used
  join product on product.code = used.product
  left join coming on coming.product = used.product
  cross join lateral (select doses_per_vial
                        from product_pack
                       where product_pack.product = used.product and (valid_to is null or valid_to > :until_on)
                       order by valid_from > :until_on, abs(valid_from - :until_on::date)
                       limit 1) pack
 order by product.name;

-- name: supply
-- How often stores are supplied, and how much of that is kept in reserve.
select coalesce((select (value ->> 'interval_days')::int from setting where name = 'stock_supply'), 14) as interval_days,
       coalesce((select (value ->> 'safety_percent')::int from setting where name = 'stock_supply'), 25) as safety_percent,
       (select supplier.kind from place join place supplier on supplier.place_id = place.parent_id
         where place.place_id = :place_id) as supplier_kind;
